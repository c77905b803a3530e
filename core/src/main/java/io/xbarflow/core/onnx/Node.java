package io.xbarflow.core.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Ints;
import io.xbarflow.core.diagnostic.UserException;
import java.util.List;
import java.util.function.Predicate;

/**
 * One ONNX node.
 *
 * @param name unique in the graph, made up from the operator when the file has none
 * @param domain operator domain, empty for ai.onnx
 * @param opType operator
 * @param inputs value names, empty for an omitted optional input
 * @param outputs value names
 * @param attributes attributes by name
 */
record Node(
    String name,
    String domain,
    String opType,
    ImmutableList<String> inputs,
    ImmutableList<String> outputs,
    ImmutableMap<String, AttributeProto> attributes) {

  /** The operator, with its domain unless that is ai.onnx. */
  String qualifiedType() {
    return domain.isEmpty() ? opType : domain + "." + opType;
  }

  /** Name of input {@code index}, empty when it is omitted. */
  String input(int index) {
    return index < inputs.size() ? inputs.get(index) : "";
  }

  boolean hasInput(int index) {
    return !input(index).isEmpty();
  }

  /** Name of the first output. */
  String output() {
    return output(0);
  }

  /** Name of output {@code index}, which the node must have. */
  String output(int index) {
    if (index >= outputs.size() || outputs.get(index).isEmpty()) {
      throw refuse("no output " + index, "a named output", "Export the model again.");
    }
    return outputs.get(index);
  }

  boolean has(String attribute) {
    return attributes.containsKey(attribute);
  }

  int intAttribute(String attribute, int otherwise) {
    return has(attribute)
        ? Ints.saturatedCast(typed(attribute, AttributeType.INT, AttributeProto::hasI).getI())
        : otherwise;
  }

  float floatAttribute(String attribute, float otherwise) {
    if (!has(attribute)) {
      return otherwise;
    }
    float value = typed(attribute, AttributeType.FLOAT, AttributeProto::hasF).getF();
    if (Float.isNaN(value)) {
      throw refuse("attribute " + attribute + " NaN", "a number", "Export the model again.");
    }
    return value;
  }

  String stringAttribute(String attribute, String otherwise) {
    return has(attribute)
        ? typed(attribute, AttributeType.STRING, AttributeProto::hasS).getS().toStringUtf8()
        : otherwise;
  }

  /** An integer list; empty when the attribute is absent. */
  ImmutableList<Integer> intsAttribute(String attribute) {
    ImmutableList.Builder<Integer> values = ImmutableList.builder();
    longsAttribute(attribute).forEach(value -> values.add(Ints.saturatedCast(value)));
    return values.build();
  }

  /** An integer list; empty when the attribute is absent. */
  List<Long> longsAttribute(String attribute) {
    return has(attribute)
        ? typed(attribute, AttributeType.INTS, unused -> true).getIntsList()
        : ImmutableList.of();
  }

  /** A list of floats; empty when the attribute is absent. */
  List<Float> floatsAttribute(String attribute) {
    return has(attribute)
        ? typed(attribute, AttributeType.FLOATS, unused -> true).getFloatsList()
        : ImmutableList.of();
  }

  /** An integer, which must be there. */
  long longAttribute(String attribute) {
    return typed(attribute, AttributeType.INT, AttributeProto::hasI).getI();
  }

  /** A tensor, which must be there. */
  Constant tensorAttribute(String attribute) {
    return Constant.of(
        typed(attribute, AttributeType.TENSOR, AttributeProto::hasT).getT(), output());
  }

  /** Attribute {@code name}; files of the first ONNX versions leave its type out. */
  private AttributeProto typed(
      String name, AttributeType type, Predicate<AttributeProto> hasValue) {
    AttributeProto attribute = attributes.get(name);
    boolean fits =
        attribute != null
            && (attribute.getType() == type || attribute.getType() == AttributeType.UNDEFINED)
            && hasValue.test(attribute);
    if (!fits) {
      throw refuse(
          attribute == null
              ? "no attribute " + name
              : "attribute " + name + " of type " + attribute.getType().name(),
          "attribute " + name + " of type " + type,
          "Export the model again.");
    }
    return attribute;
  }

  /** Axis {@code stated} of {@code rank}, counted from the first when it is negative. */
  int axis(int stated, int rank) {
    if (stated < -rank || stated >= rank) {
      throw refuse(
          "axis " + stated + " of " + rank,
          "an axis from " + -rank + " to " + (rank - 1),
          "Export the model again.");
    }
    return stated < 0 ? stated + rank : stated;
  }

  /** The axes {@code stated} of {@code rank}, counted from the first, each of them once. */
  ImmutableList<Integer> axes(List<Integer> stated, int rank) {
    ImmutableList<Integer> axes =
        stated.stream().map(axis -> axis(axis, rank)).collect(ImmutableList.toImmutableList());
    if (ImmutableSet.copyOf(axes).size() < axes.size()) {
      throw refuse("axes " + stated, "every axis at most once", "Export the model again.");
    }
    return axes;
  }

  /** How messages name the node. */
  String where() {
    return "node " + name + " (" + (domain.isEmpty() ? "" : domain + ".") + opType + ")";
  }

  /** The user's error about this node. */
  UserException refuse(String found, String expected, String advice) {
    return Refusal.of(where(), found, expected, advice);
  }
}
