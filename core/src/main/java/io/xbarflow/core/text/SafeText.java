package io.xbarflow.core.text;

/**
 * Text that can be printed. {@link Object#toString} gives it in the language of its type. What came
 * from outside has no character in it that means something to Verilog, Tcl, Yosys, C++, YAML,
 * Velocity or a shell, and a bounded length, so that it does no harm even in a wrong place.
 */
public sealed interface SafeText
    permits Code, Comment, FileWord, TclList, VerilogString, YamlScalar {}
