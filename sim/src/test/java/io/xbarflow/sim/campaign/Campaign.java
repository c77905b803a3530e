package io.xbarflow.sim.campaign;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableMultiset;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Multiset;
import com.google.common.collect.Multisets;
import io.xbarflow.sim.campaign.Verdict.Equal;
import io.xbarflow.sim.campaign.Verdict.Failed;
import io.xbarflow.sim.campaign.Verdict.NotRun;
import io.xbarflow.sim.campaign.Verdict.Refused;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Random graphs compared with ONNX Runtime, one for every seed of a range, and what came of it. */
final class Campaign {
  private static final int MOST_FAILURES = 5;

  private final Trial trial;
  private final boolean exactSums;
  private final Multiset<String> operators = HashMultiset.create();
  private final Multiset<String> features = HashMultiset.create();
  private final Multiset<String> refusals = HashMultiset.create();
  private final Multiset<String> notOptimised = HashMultiset.create();
  private final Multiset<String> notRun = HashMultiset.create();
  private final Map<String, String> examples = new HashMap<>();
  private final List<String> failures = new ArrayList<>();
  private int graphs;
  private int failed;
  private int qdq;
  private long values;
  private long levels;
  private long forms;
  private int formGraphs;

  /**
   * A campaign without graphs yet.
   *
   * @param subject what is compared with ONNX Runtime
   * @param exactSums whether weights of 8 bits may meet uint8 values
   */
  Campaign(Trial.Subject subject, boolean exactSums) {
    trial = new Trial(subject);
    this.exactSums = exactSums;
  }

  /** Compares {@code count} graphs, of {@code seed} and the seeds behind it. */
  void run(int count, long seed) {
    for (long next = seed; next < seed + count && failures.size() < MOST_FAILURES; next++) {
      one(next);
    }
  }

  private void one(long seed) {
    GraphCase graph = GraphCase.of(seed, exactSums);
    Verdict verdict = trial.of(graph);
    graphs++;
    if (verdict instanceof Equal equal) {
      values += equal.values();
      levels += equal.levels();
      equal.notOptimised().ifPresent(reason -> count(notOptimised, reason, seed));
      forms += equal.forms();
      formGraphs += equal.forms() > 0 ? 1 : 0;
      qdq += graph.hasContract() ? 1 : 0;
      graph.features().forEach(features::add);
      graph
          .model()
          .getGraph()
          .getNodeList()
          .forEach(
              node -> {
                String name = Coverage.operator(node);
                operators.add(name);
                Coverage.attributes(node).forEach(features::add);
              });
    } else if (verdict instanceof Refused refused) {
      count(refusals, refused.reason(), seed);
    } else if (verdict instanceof NotRun run) {
      count(notRun, run.reason(), seed);
    } else {
      failed++;
      failures.add(describe(seed, graph, (Failed) verdict));
    }
  }

  private void count(Multiset<String> reasons, String message, long seed) {
    String reason = Coverage.reason(message);
    if (reasons.add(reason, 1) == 0) {
      examples.put(reason, " (seed " + seed + ")");
    }
  }

  private String describe(long seed, GraphCase graph, Failed failure) {
    GraphCase smallest =
        Shrinker.shrink(
            graph,
            exactSums,
            smaller ->
                trial.of(smaller) instanceof Failed other && other.kind().equals(failure.kind()));
    return String.format(
        Locale.ROOT,
        "seed %d: %s%nSmallest graph that fails: %s%n%s%n%srerun with ./verify"
            + " --against-onnxruntime 1 %d",
        seed,
        failure.text(),
        ((Failed) trial.of(smallest)).text(),
        GraphText.of(smallest.model()),
        smallest.hasContract()
            ? "Its contract: " + GraphText.of(smallest.contracts().get(0)) + "\n"
            : "",
        seed);
  }

  /** What failed, each shrunk. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  int refused() {
    return refusals.size();
  }

  int notRun() {
    return notRun.size();
  }

  /** Compared graphs with operators in QDQ form that mean a QOperator. */
  int withContract() {
    return qdq;
  }

  /** Those of them in which both of ONNX Runtime's runs of the QDQ form say something else. */
  int againstContract() {
    return formGraphs;
  }

  /** Graphs compared. */
  int equal() {
    return graphs - refused() - notRun() - failed;
  }

  /** Supported operators that no compared graph has. */
  ImmutableSet<String> missing(ImmutableSet<String> supported) {
    return ImmutableSet.copyOf(
        new TreeSet<>(supported).stream().filter(name -> !operators.contains(name)).toList());
  }

  /** All counts, as text. */
  String report() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%d graphs: %d equal (%d with operators whose QDQ form means a QOperator), %d failed,"
                + " %d refused by xbarflow, %d by ONNX Runtime; %d values compared%n",
            graphs,
            equal(),
            qdq,
            failed,
            refused(),
            notRun(),
            values));
    text.append(
        String.format(
            Locale.ROOT,
            "values in which ONNX Runtime differs from the contract: %d between its levels, %d in"
                + " both runs of the QDQ form (%d graphs)%n",
            levels,
            forms,
            formGraphs));
    table(text, "refused by xbarflow", refusals);
    table(text, "refused by ONNX Runtime", notRun);
    table(text, "compared without optimisation only", notOptimised);
    table(text, "operators", operators);
    table(text, "attributes and features", features);
    return text.toString();
  }

  private void table(StringBuilder text, String title, Multiset<String> counts) {
    text.append(title).append(":\n");
    ImmutableMultiset<String> sorted = Multisets.copyHighestCountFirst(counts);
    for (String name : sorted.elementSet()) {
      text.append(
          String.format(
              Locale.ROOT, "%8d %s%n", sorted.count(name), name + examples.getOrDefault(name, "")));
    }
  }
}
