package io.xbarflow.testbench.synth;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.synthesis.CriticalPath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what Yosys' {@code ltp} says of the longest chain of cells in every module. */
final class LogicLevels {
  private static final Pattern START =
      Pattern.compile("Longest topological path in (\\S+) \\(length=(\\d+)\\):");
  private static final Pattern NODE = Pattern.compile("\\s+\\d+: (.+?)(?: \\(via (\\S+)\\))?");

  private LogicLevels() {}

  /** The longest chains by Yosys' name of the module. */
  static ImmutableMap<String, CriticalPath> read(List<String> lines) {
    Map<String, CriticalPath> paths = new HashMap<>();
    String module = null;
    int length = 0;
    String first = "";
    String last = "";
    for (String line : lines) {
      Matcher start = START.matcher(line);
      Matcher node = NODE.matcher(line);
      if (start.matches()) {
        put(paths, module, length, first, last);
        module = start.group(1);
        length = Integer.parseInt(start.group(2));
        first = "";
        last = "";
      } else if (node.matches() && module != null) {
        last = signal(node.group(1));
        // A chain that begins with a constant, such as a carry, is named by what comes after.
        first = first.isEmpty() && !last.matches("1'[01x]") ? last : first;
      }
    }
    put(paths, module, length, first, last);
    return ImmutableMap.copyOf(paths);
  }

  private static void put(
      Map<String, CriticalPath> paths, String module, int length, String first, String last) {
    if (module != null && length > 0 && !first.isEmpty()) {
      paths.put(module, new CriticalPath(Optional.empty(), length, first, last));
    }
  }

  private static String signal(String text) {
    return text.replace("\\", "").replace(" ", "");
  }
}
