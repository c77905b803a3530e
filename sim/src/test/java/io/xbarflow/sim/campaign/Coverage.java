package io.xbarflow.sim.campaign;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.common.collect.ImmutableList;
import java.util.regex.Pattern;

/** What nodes and messages are counted as. */
final class Coverage {
  private static final Pattern NUMBERS =
      Pattern.compile("(?<![A-Za-z0-9])-?\\d+(\\.\\d+)?([Ee][-+]?\\d+)?");
  private static final Pattern NAMES = Pattern.compile("\\b([A-Za-z]+_)?[txy]\\d+\\b");
  private static final int MOST_CHARACTERS = 220;

  private Coverage() {}

  /** The operator, with its domain when that is not ai.onnx. */
  static String operator(NodeProto node) {
    return node.getDomain().isEmpty()
        ? node.getOpType()
        : node.getDomain() + "." + node.getOpType();
  }

  /** The attributes of {@code node}, with the value where it is one of a few. */
  static ImmutableList<String> attributes(NodeProto node) {
    return node.getAttributeList().stream()
        .filter(attribute -> !attribute.getName().equals("value"))
        .map(attribute -> node.getOpType() + " " + text(attribute))
        .collect(ImmutableList.toImmutableList());
  }

  private static String text(AttributeProto attribute) {
    return switch (attribute.getType()) {
      case STRING -> attribute.getName() + "=" + attribute.getS().toStringUtf8();
      default -> attribute.getName();
    };
  }

  /** A message without its numbers and names. */
  static String reason(String message) {
    String named = NAMES.matcher(message.lines().findFirst().orElse("")).replaceAll("*");
    String plain = NUMBERS.matcher(named).replaceAll("#").replaceAll("#(, #)+", "#...");
    return plain.substring(0, Math.min(MOST_CHARACTERS, plain.length()));
  }
}
