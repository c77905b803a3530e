package io.xbarflow.cli;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Lists;
import com.google.common.collect.Sets;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.diagnostic.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The option that varies parameters of core types. */
final class PhysicsOption {
  private static final Pattern SWEEP = Pattern.compile("([a-z0-9_]+)\\.(\\w+)=(.+)");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,6})\\.\\.(\\d{1,6})");
  private static final int MOST_VALUES = 10_000;

  @Option(
      names = "--sweep",
      paramLabel = "CORE.PARAMETER=V,...|A..B",
      description =
          "Values of a parameter of a core type, such as pcm.adcBits=4..8 or pcm.readNoise=0,1,2."
              + " May be repeated: every combination is tried.")
  private List<String> sweeps = new ArrayList<>();

  /** Every combination of values, by CORE.PARAMETER; one without any when nothing is varied. */
  ImmutableSet<ImmutableSortedMap<String, String>> combinations(
      Architecture base, CoreTypes types) {
    Map<String, Set<String>> values = new TreeMap<>();
    for (String sweep : sweeps) {
      Matcher parts = SWEEP.matcher(sweep);
      if (!parts.matches()) {
        throw UserException.badInput(
            "--sweep",
            "'" + sweep + "'",
            "CORE.PARAMETER=VALUE,... or CORE.PARAMETER=A..B",
            "Write it like pcm.adcBits=4,6,8.");
      }
      String name = parts.group(1) + "." + parts.group(2);
      CoreType type = types.named("--sweep " + name, parts.group(1));
      Set<String> legal = values.computeIfAbsent(name, unused -> Sets.newLinkedHashSet());
      for (String value : values(parts.group(3))) {
        legal.add(
            CoreTypes.parameters(type, base, ImmutableMap.of(parts.group(2), value), "--sweep")
                .text(parts.group(2)));
      }
    }
    List<String> names = List.copyOf(values.keySet());
    ImmutableSet.Builder<ImmutableSortedMap<String, String>> all = ImmutableSet.builder();
    for (List<String> chosen :
        Lists.cartesianProduct(values.values().stream().map(List::copyOf).toList())) {
      ImmutableSortedMap.Builder<String, String> one = ImmutableSortedMap.naturalOrder();
      for (int i = 0; i < names.size(); i++) {
        one.put(names.get(i), chosen.get(i));
      }
      all.add(one.buildOrThrow());
    }
    return all.build();
  }

  private static List<String> values(String text) {
    List<String> values = new ArrayList<>();
    for (String item : Splitter.on(',').trimResults().split(text)) {
      Matcher range = RANGE.matcher(item);
      if (!range.matches()) {
        values.add(item);
        continue;
      }
      int low = Integer.parseInt(range.group(1));
      int high = Integer.parseInt(range.group(2));
      if (high < low || high - low >= MOST_VALUES) {
        throw UserException.badInput(
            "--sweep",
            "'" + item + "'",
            "a range from a lower to a higher number, of at most " + MOST_VALUES + " values",
            "Mend the range.");
      }
      for (int value = low; value <= high; value++) {
        values.add(Integer.toString(value));
      }
    }
    return values;
  }
}
