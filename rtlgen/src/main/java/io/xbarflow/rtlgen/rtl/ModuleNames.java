package io.xbarflow.rtlgen.rtl;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.ChipNames;
import io.xbarflow.core.text.VerilogNames;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The modules that are not made for one chip: cells, and what core types bring. No two may be
 * equal, also where upper and lower case are the same, and none begins as those of the chip do.
 */
final class ModuleNames {
  /** Modules of benches and of synthesis. */
  private static final ImmutableSet<String> RESERVED =
      ImmutableSet.of("cosim_top", "boundary_inputs", "boundary_outputs");

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,199}");

  /** A comment, a string, or the head of something that has a name everywhere. */
  private static final Pattern DECLARED =
      Pattern.compile(
          "//[^\\n]*+|/\\*(?:[^*]|\\*(?!/))*+\\*/|\"(?:[^\"\\\\]|\\\\.)*+\""
              + "|\\b(?:module|macromodule|primitive|interface|program|package|checker|config)\\s+"
              + "(?:(?:automatic|static)\\s+)?(\\\\\\S+|[A-Za-z_][\\w$]*)");

  private final Map<String, String> owners = new LinkedHashMap<>(); // by name in lower case

  /** Takes the names of benches, of synthesis and of {@code cells}. */
  ModuleNames(Iterable<String> cells) {
    RESERVED.forEach(name -> owners.put(name, "a module of xbarflow's benches or of syn/"));
    cells.forEach(cell -> owners.put(cell, "a cell of xbarflow"));
  }

  /**
   * Takes the modules of {@code verilog}.
   *
   * @param where the file it comes from, for messages
   * @param own the module that the file is for, whose name may be taken already; empty for none
   * @throws UserException when a name is taken, reserved or illegal
   */
  void take(String where, String own, String verilog) {
    for (String name : declared(verilog)) {
      if (!name.equals(own)) {
        take(where, name);
      }
    }
  }

  /** Takes {@code name}, which {@code where} declares or which is that of its file. */
  void take(String where, String name) {
    if (!NAME.matcher(name).matches() || VerilogNames.isKeyword(name)) {
      throw wrong(where, name, "cannot be the name of a file and of a module");
    }
    if (Ascii.toLowerCase(name).startsWith(ChipNames.PREFIX)) {
      throw wrong(
          where,
          name,
          "begins with " + ChipNames.PREFIX + ", as the modules that are made for a chip do");
    }
    String owner = owners.putIfAbsent(Ascii.toLowerCase(name), where);
    if (owner != null) {
      throw wrong(where, name, "is the name of " + owner + " too");
    }
  }

  private static UserException wrong(String where, String name, String what) {
    return UserException.badInput(
        where,
        "module " + name + " " + what,
        "a Verilog name that nothing else in the chip has, upper and lower case being the same",
        "Rename the module and its file.");
  }

  /** Modules and the like that {@code verilog} declares. */
  private static Set<String> declared(String verilog) {
    Set<String> names = new LinkedHashSet<>();
    Matcher matcher = DECLARED.matcher(verilog);
    while (matcher.find()) {
      if (matcher.group(1) != null) {
        names.add(matcher.group(1));
      }
    }
    return names;
  }
}
