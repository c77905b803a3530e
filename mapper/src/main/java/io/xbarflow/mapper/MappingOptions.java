package io.xbarflow.mapper;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.mapping.CoreUse;
import java.util.Optional;

/**
 * What the user asks of a mapping beside the architecture.
 *
 * @param crossbars macros that may be used, for the least interval they allow
 * @param cycles clock cycles that an image may take in steady state, for the fewest macros
 * @param lanes values a beat of every link carries at least, as far as it has so many
 * @param memory policies of single layers, by name; the architecture's elsewhere
 * @param cores core types of the convolutions by name; ideal where nothing is given
 * @param effort how long places and depths are searched for
 */
public record MappingOptions(
    Optional<Integer> crossbars,
    Optional<Long> cycles,
    int lanes,
    ImmutableMap<String, ActivationMemoryPolicy> memory,
    ImmutableMap<String, CoreUse> cores,
    Effort effort) {

  /** One pixel per MVM, one copy, fewest lanes. */
  public static final MappingOptions PLAIN =
      new MappingOptions(Optional.empty(), Optional.empty(), 1, ImmutableMap.of(), Effort.FULL);

  /** How long places and depths are searched for. */
  public enum Effort {
    /** The best of some fixed orders of places; depths of rings that suffice. Milliseconds. */
    QUICK,
    /** A seeded search for places; least depths of all memories. Up to seconds. */
    FULL;

    /** The word for it in options. */
    public String word() {
      return Ascii.toLowerCase(name());
    }
  }

  /** Checks the numbers. */
  public MappingOptions {
    memory = ImmutableMap.copyOf(memory);
    cores = ImmutableMap.copyOf(cores);
    checkArgument(lanes > 0, "%s lanes", lanes);
    checkArgument(
        crossbars.isEmpty() || cycles.isEmpty(), "a budget of macros and one of cycles exclude");
  }

  /** Options with ideal cores. */
  public MappingOptions(
      Optional<Integer> crossbars,
      Optional<Long> cycles,
      int lanes,
      ImmutableMap<String, ActivationMemoryPolicy> memory,
      Effort effort) {
    this(crossbars, cycles, lanes, memory, ImmutableMap.of(), effort);
  }

  /** The same with core types {@code types} of the convolutions. */
  public MappingOptions withCores(ImmutableMap<String, CoreUse> types) {
    return new MappingOptions(crossbars, cycles, lanes, memory, types, effort);
  }
}
