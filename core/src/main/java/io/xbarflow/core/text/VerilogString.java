package io.xbarflow.core.text;

/** A string of Verilog with its quotes: the path of a file. */
public record VerilogString(FileWord content) implements SafeText {
  @Override
  public String toString() {
    return '"' + content.toString() + '"';
  }
}
