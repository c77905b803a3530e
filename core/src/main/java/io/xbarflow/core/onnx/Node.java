package io.xbarflow.core.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Ints;
import io.xbarflow.core.diagnostic.UserException;

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

  /** Name of input {@code index}, empty when it is omitted. */
  String input(int index) {
    return index < inputs.size() ? inputs.get(index) : "";
  }

  boolean hasInput(int index) {
    return !input(index).isEmpty();
  }

  /** Name of the first output. */
  String output() {
    return outputs.get(0);
  }

  boolean has(String attribute) {
    return attributes.containsKey(attribute);
  }

  int intAttribute(String attribute, int otherwise) {
    return has(attribute) ? Ints.saturatedCast(attributes.get(attribute).getI()) : otherwise;
  }

  float floatAttribute(String attribute, float otherwise) {
    return has(attribute) ? attributes.get(attribute).getF() : otherwise;
  }

  String stringAttribute(String attribute, String otherwise) {
    return has(attribute) ? attributes.get(attribute).getS().toStringUtf8() : otherwise;
  }

  /** An integer list; empty when the attribute is absent. */
  ImmutableList<Integer> intsAttribute(String attribute) {
    ImmutableList.Builder<Integer> values = ImmutableList.builder();
    if (has(attribute)) {
      attributes.get(attribute).getIntsList().forEach(v -> values.add(Ints.saturatedCast(v)));
    }
    return values.build();
  }

  /** How messages name the node. */
  String where() {
    return "node " + name + " (" + (domain.isEmpty() ? "" : domain + ".") + opType + ")";
  }

  /** The user's error about this node. */
  UserException refuse(String found, String expected, String advice) {
    return UserException.badInput(where(), found, expected, advice);
  }
}
