package io.xbarflow.core.mapping;

import io.xbarflow.core.text.VerilogNames;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How modules, instances and files of a chip are called. Modules that are made for one chip begin
 * with {@value #PREFIX}, which no cell and no module of a core type does; the name of the block
 * follows, and then one word for what the module is to it. So no two names of a chip are equal,
 * whatever its blocks and links are called.
 */
public final class ChipNames {
  /** How modules of the chip, and no others, begin. */
  public static final String PREFIX = "xbarflow_";

  /** The module that is the chip. */
  public static final String TOP = PREFIX + "top";

  private ChipNames() {}

  /** What a module of the chip is to its block. */
  public enum Part {
    /** A convolution or pooling layer. */
    CORE,
    /** Constants beat by beat. */
    CONSTANTS,
    /** A unary function. */
    LOOKUP,
    /** How many values an average pool counts. */
    COUNTS,
    /** Multipliers of an average pool. */
    MULTIPLIERS,
    /** Thresholds of an average pool. */
    THRESHOLDS;

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Module {@code part} of block {@code block}. */
  public static String module(String block, Part part) {
    return PREFIX + block + "_" + part.word();
  }

  /** The instance of block {@code block} in the chip. */
  public static String instance(String block) {
    return "u_" + block;
  }

  /** The instance of the constants of block {@code block} in the chip. */
  public static String constantsInstance(String block) {
    return instance(block) + "_constants";
  }

  /** The instance that aligns the frames of link {@code link}, a chip input. */
  public static String alignInstance(String link) {
    return "u_align_" + link;
  }

  /** The file of the tables of block {@code block}, below the output folder. */
  public static String tablesFile(String block) {
    return "mem/" + block + "_tables.hex";
  }

  /** What is wrong with the names of blocks or links, which are {@code what}. */
  static Optional<String> wrong(String what, Iterable<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!VerilogNames.isLegal(name)) {
        return Optional.of(
            "the name of a "
                + what
                + " is '"
                + name
                + "', which cannot name a module and a file: lower-case letters, digits and single"
                + " underscores, a letter first, no keyword of Verilog or C++, not u_..., align_..."
                + " or ..._constants, at most "
                + VerilogNames.LONGEST
                + " characters");
      }
      if (!seen.add(name)) {
        return Optional.of(what + " " + name + " is there twice");
      }
    }
    return Optional.empty();
  }
}
