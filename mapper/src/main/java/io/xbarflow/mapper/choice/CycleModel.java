package io.xbarflow.mapper.choice;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.network.Layer;

/**
 * The cycles that choices take, as the mapping made of them will. What a convolution's core takes
 * on its own bounds every pipeline with it from below; only where blocks without a memory between
 * them hold each other up does a pipeline take longer than its slowest core.
 */
public interface CycleModel {

  /**
   * Whether the core of {@code layer} on its own takes at most {@code cycles} per image. Never
   * false for a choice with which some pipeline keeps to them.
   */
  boolean keepsTo(Layer.Convolution layer, LayerChoice choice, long cycles);

  /** Cycles per image that no pipeline of the network gets below, whatever is chosen. */
  long leastCycles();

  /**
   * What the pipeline with {@code choices}, one for every convolution, takes.
   *
   * @param cycles what it should keep to
   */
  Reached reached(ImmutableMap<String, LayerChoice> choices, long cycles);

  /**
   * What a pipeline takes.
   *
   * @param cycles cycles per image in steady state
   * @param limiting convolutions whose choice decides about the blocks that take more than was
   *     asked for; empty when none do
   */
  record Reached(long cycles, ImmutableSet<String> limiting) {}
}
