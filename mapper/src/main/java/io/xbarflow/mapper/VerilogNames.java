package io.xbarflow.mapper;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableSet;
import java.util.HashSet;
import java.util.Set;

/**
 * Gives every ONNX name one legal Verilog name: lower case, digits and single underscores. The same
 * names in the same order give the same result.
 */
final class VerilogNames {
  private static final ImmutableSet<String> RESERVED =
      ImmutableSet.of(
          "always",
          "and",
          "assign",
          "automatic",
          "begin",
          "bit",
          "buf",
          "byte",
          "case",
          "cell",
          "clk",
          "config",
          "default",
          "design",
          "disable",
          "do",
          "edge",
          "else",
          "end",
          "endcase",
          "event",
          "final",
          "for",
          "force",
          "fork",
          "function",
          "generate",
          "genvar",
          "if",
          "initial",
          "inout",
          "input",
          "instance",
          "int",
          "integer",
          "join",
          "large",
          "library",
          "localparam",
          "logic",
          "medium",
          "module",
          "nand",
          "negedge",
          "nor",
          "not",
          "or",
          "output",
          "parameter",
          "posedge",
          "program",
          "pull",
          "real",
          "reg",
          "release",
          "repeat",
          "rst_n",
          "scalared",
          "signed",
          "small",
          "specify",
          "strong",
          "table",
          "task",
          "time",
          "tri",
          "type",
          "unsigned",
          "use",
          "wait",
          "wand",
          "weak",
          "while",
          "wire",
          "wor",
          "xnor",
          "xor");

  private final Set<String> taken = new HashSet<>();

  /** A legal name for {@code original} that was not given before. */
  String legalise(String original) {
    StringBuilder name = new StringBuilder();
    for (char character : Ascii.toLowerCase(original).toCharArray()) {
      boolean legal =
          (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9');
      if (legal) {
        name.append(character);
      } else if (name.length() > 0 && name.charAt(name.length() - 1) != '_') {
        name.append('_');
      }
    }
    while (name.length() > 0 && name.charAt(name.length() - 1) == '_') {
      name.setLength(name.length() - 1);
    }
    if (name.length() == 0 || Character.isDigit(name.charAt(0))) {
      name.insert(0, "n");
    }
    String base = RESERVED.contains(name.toString()) ? name + "_x" : name.toString();
    String unique = base;
    for (int count = 2; !taken.add(unique); count++) {
      unique = base + "_" + count;
    }
    return unique;
  }
}
