package io.xbarflow.testbench.formal;

import java.nio.file.Path;

/** Where the Verilog is that proofs are about, and the properties. */
final class Verilog {
  private Verilog() {}

  static Path root() {
    return Path.of(System.getProperty("xbarflow.root", ".")).toAbsolutePath();
  }

  static Path cells() {
    return root().resolve("rtlgen/src/main/resources/io/xbarflow/rtlgen/rtl");
  }

  static Path properties() {
    return root().resolve("testbench/src/test/resources/io/xbarflow/testbench/formal");
  }

  /** Where files of the tools go. */
  static Path scratch() {
    return root().resolve("testbench/target/proofs");
  }
}
