package io.xbarflow.sim.campaign;

import com.google.common.collect.ImmutableList;

/** All kinds of operators that a random graph may go on with. */
final class Steps {
  static final ImmutableList<Step> ALL =
      ImmutableList.<Step>builder()
          .addAll(RearrangingSteps.ALL)
          .addAll(FunctionSteps.ALL)
          .addAll(MeetingSteps.ALL)
          .addAll(PoolSteps.ALL)
          .addAll(ArithmeticSteps.ALL)
          .addAll(ProductSteps.ALL)
          .build();

  private Steps() {}

  /** Goes on with a random step that fits a random feature map. */
  static void next(Walk walk) {
    FeatureMap map = walk.pick();
    ImmutableList<Step> fitting =
        ALL.stream()
            .filter(step -> step.fits().test(walk, map))
            .collect(ImmutableList.toImmutableList());
    int choice = walk.choices().draw(fitting.stream().mapToInt(Step::weight).sum());
    for (Step step : fitting) {
      choice -= step.weight();
      if (choice < 0) {
        walk.note(step.name());
        step.write().accept(walk, map);
        return;
      }
    }
    throw new IllegalStateException("no step for " + map);
  }
}
