package io.xbarflow.testbench.kit;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.xbarflow.testbench.kit.Schedule.Context;
import io.xbarflow.testbench.kit.Schedule.Expectation;
import io.xbarflow.testbench.kit.Schedule.Result;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Holds what came out of the bench against what was expected. */
final class Judge {
  static final String CONTRACT = " (docs/macro.md)";

  private final Findings handshake = new Findings("handshake");
  private final Findings hold = new Findings("hold");
  private final Map<MacroCase, EarlyColumns> early = new LinkedHashMap<>();
  private final Map<Context, Findings> results = new EnumMap<>(Context.class);
  private final Map<Context, Integer> counts = new EnumMap<>(Context.class);

  private Judge() {
    results.put(Context.ALONE, new Findings("arithmetic"));
    results.put(Context.BACK_TO_BACK, new Findings("back-to-back"));
    results.put(Context.AFTER_RESET, new Findings("reset"));
  }

  /** The cycles that each case's MVM takes, as seen; the declared ones where done never rises. */
  static ImmutableList<Integer> measure(Schedule schedule, Trace trace, Findings findings) {
    ImmutableList.Builder<Integer> measured = ImmutableList.builder();
    for (Expectation after : schedule.expectations()) {
      int declared = after.on().mvmCycles();
      long risen = trace.firstDone(after.from(), after.to(), true);
      int cycles = risen < 0 ? declared : (int) (risen - after.from()) + 1;
      measured.add(cycles);
      if (risen < 0) {
        findings.add(
            after.on()
                + ": done has not risen "
                + (after.to() - after.from() + 1)
                + " cycles after start, declared mvmCycles are "
                + declared,
            "Let done rise MVM_CYCLES cycles after the cycle of start" + CONTRACT + ".");
      } else if (cycles != declared) {
        findings.add(
            after.on() + ": declared mvmCycles " + declared + ", measured " + cycles,
            "Declare mvmCycles "
                + cycles
                + " (core.yaml, or spec() of a jar), or mend the module so that done rises"
                + " MVM_CYCLES cycles after the cycle of start"
                + CONTRACT
                + ".");
      } else if (trace.firstDone(risen, after.to(), false) >= 0) {
        findings.add(
            after.on()
                + ": done falls "
                + (trace.firstDone(risen, after.to(), false) - risen)
                + " cycles after it rose, without a start",
            "Let done stay high until the next start" + CONTRACT + ".");
      }
    }
    return measured.build();
  }

  /** The checks of a full schedule. */
  static ImmutableList<Check> checks(Schedule schedule, Trace trace) {
    Judge judge = new Judge();
    for (Expectation expectation : schedule.expectations()) {
      judge.compare(expectation, trace);
    }
    return judge.checks(schedule.cycles());
  }

  private void compare(Expectation expected, Trace trace) {
    long wrong = trace.firstDone(expected.from(), expected.to(), !expected.done());
    if (wrong >= 0) {
      handshake.add(
          expected.on()
              + ": done is "
              + (expected.done() ? "low" : "high")
              + " "
              + expected.situation()
              + ", in cycle "
              + (wrong - expected.from())
              + " of the "
              + (expected.to() - expected.from() + 1)
              + " in which it has to be "
              + (expected.done() ? "high" : "low"),
          "Let done be low from the cycle after start until the result is there, high otherwise,"
              + " reset included"
              + CONTRACT
              + ".");
    }
    if (expected.result().isPresent() && trace.done(expected.from())) {
      compare(expected, expected.result().get(), trace);
    }
  }

  private void compare(Expectation expected, Result result, Trace trace) {
    counts.merge(result.context(), 1, Integer::sum);
    // A reset leaves in the macro what it broke off.
    if (result.context() != Context.AFTER_RESET) {
      early
          .computeIfAbsent(expected.on(), on -> new EarlyColumns())
          .look(trace, expected.on(), expected.from(), result.columns());
    }
    ImmutableIntArray columns = trace.columns(expected.on(), expected.from());
    if (!columns.equals(result.columns())) {
      results
          .get(result.context())
          .add(
              expected.on()
                  + ", MVM "
                  + result.number()
                  + " since reset ("
                  + result.inputs()
                  + "): "
                  + difference(columns, result.columns()),
              change(result.context(), expected.on()));
    }
    long changed = trace.firstChange(expected.on(), expected.from(), expected.to());
    if (changed >= 0) {
      hold.add(
          expected.on()
              + ": held data changed under back-pressure, "
              + (changed - expected.from())
              + " cycles after done rose: "
              + difference(trace.columns(expected.on(), changed), columns),
          "Keep column_data in registers that only a start changes: the core around takes the"
              + " result any number of cycles after done"
              + CONTRACT
              + ".");
    }
  }

  private static String change(Context context, MacroCase on) {
    return switch (context) {
      case ALONE ->
          "Module and multiply() must agree bit for bit: mend one of them; weights are in"
              + " mem/macro_"
              + on.id()
              + ".hex.";
      case BACK_TO_BACK ->
          "It is right when the macro has waited: take a start in the very cycle in which done"
              + " rises"
              + CONTRACT
              + ".";
      case AFTER_RESET ->
          "It was right before the reset in mid-MVM: reset must clear the control state and the"
              + " count of MVMs"
              + CONTRACT
              + ".";
    };
  }

  private static String difference(ImmutableIntArray found, ImmutableIntArray expected) {
    int wrong = 0;
    int first = -1;
    for (int column = 0; column < expected.length(); column++) {
      if (found.get(column) != expected.get(column)) {
        first = first < 0 ? column : first;
        wrong++;
      }
    }
    return "column "
        + first
        + " is "
        + found.get(first)
        + ", expected "
        + expected.get(first)
        + " ("
        + wrong
        + " of "
        + expected.length()
        + " columns differ)";
  }

  private ImmutableList<Check> checks(long cycles) {
    // Only what is right otherwise can be put down to its circumstances.
    List<Context> circumstances = List.of(Context.BACK_TO_BACK, Context.AFTER_RESET);
    boolean right = results.get(Context.ALONE).isEmpty();
    ImmutableList.Builder<Check> checks = ImmutableList.builder();
    checks.add(handshake.check(cycles + " cycles: done low during MVMs, high otherwise"));
    checks.add(hold.check("column_data unchanged until the next start, random waits"));
    Findings unknown = new Findings("unknown");
    early.forEach((on, columns) -> columns.report(on, unknown));
    checks.add(unknown.check("column_data is not known until done"));
    checks.add(
        results.get(Context.ALONE).check(counts.get(Context.ALONE) + " MVMs equal multiply()"));
    for (Context context : circumstances) {
      Findings findings = right ? results.get(context) : new Findings(results.get(context).name());
      checks.add(findings.check(count(context)));
    }
    return checks.build();
  }

  private String count(Context context) {
    return counts.getOrDefault(context, 0)
        + (context == Context.BACK_TO_BACK
            ? " MVMs started in the cycle of done"
            : " MVMs after a reset in mid-MVM");
  }
}
