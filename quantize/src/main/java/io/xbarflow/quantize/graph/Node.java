package io.xbarflow.quantize.graph;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;

/**
 * One ONNX node.
 *
 * @param name unique in the graph
 * @param domain operator domain, empty for ai.onnx
 * @param opType operator
 * @param inputs value names, empty for an omitted optional input
 * @param outputs value names
 * @param attributes attributes by name
 * @param bounds what its results are clamped to: a Relu or Clip that has become part of it
 */
public record Node(
    String name,
    String domain,
    String opType,
    ImmutableList<String> inputs,
    ImmutableList<String> outputs,
    Attributes attributes,
    Bounds bounds) {

  /** A node of the default domain with one output. */
  public static Node of(
      String name, String opType, Iterable<String> inputs, String output, Attributes attributes) {
    return new Node(
        name,
        "",
        opType,
        ImmutableList.copyOf(inputs),
        ImmutableList.of(output),
        attributes,
        Bounds.NONE);
  }

  /** Name of input {@code index}, empty when it is omitted. */
  public String input(int index) {
    return index < inputs.size() ? inputs.get(index) : "";
  }

  /** Whether input {@code index} is given. */
  public boolean hasInput(int index) {
    return !input(index).isEmpty();
  }

  /** Name of the first output. */
  public String output() {
    return outputs.get(0);
  }

  /** Whether it is operator {@code type} of ai.onnx. */
  public boolean is(String type) {
    return domain.isEmpty() && opType.equals(type);
  }

  /** The same in another domain. */
  public Node inDomain(String other) {
    return new Node(name, other, opType, inputs, outputs, attributes, bounds);
  }

  /** The same with other inputs. */
  public Node withInputs(Iterable<String> others) {
    return new Node(
        name, domain, opType, ImmutableList.copyOf(others), outputs, attributes, bounds);
  }

  /** The same with other attributes. */
  public Node withAttributes(Attributes others) {
    return new Node(name, domain, opType, inputs, outputs, others, bounds);
  }

  /** The same with one output, called {@code output}. */
  public Node withOutput(String output) {
    return new Node(name, domain, opType, inputs, ImmutableList.of(output), attributes, bounds);
  }

  /** The same with results clamped to {@code others}. */
  public Node withBounds(Bounds others) {
    return new Node(name, domain, opType, inputs, outputs, attributes, others);
  }

  /** How messages name the node. */
  public String where() {
    return "node " + name + " (" + (domain.isEmpty() ? "" : domain + ".") + opType + ")";
  }

  /** The user's error about this node. */
  public UserException refuse(String found, String expected, String advice) {
    return UserException.badInput(where(), found, expected, advice);
  }
}
