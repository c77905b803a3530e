package io.xbarflow.sim.campaign;

import java.util.Optional;

/** What came of comparing a graph. */
sealed interface Verdict {
  /**
   * Shapes and values are equal.
   *
   * @param values how many were compared
   * @param levels values in which ONNX Runtime's two levels of optimisation differ from each other
   *     on the contract
   * @param forms values in which ONNX Runtime's runs of the QDQ form agree with each other and not
   *     with the contract
   * @param notOptimised why ONNX Runtime refuses what it made of the graph by optimising it
   */
  record Equal(long values, long levels, long forms, Optional<String> notOptimised)
      implements Verdict {}

  /** xbarflow refuses the graph with a message. */
  record Refused(String reason) implements Verdict {}

  /** ONNX Runtime refuses the graph. */
  record NotRun(String reason) implements Verdict {}

  /**
   * A difference, or an exception that is no message.
   *
   * @param kind what failures of the same fault have in common
   * @param text what was found
   */
  record Failed(String kind, String text) implements Verdict {}
}
