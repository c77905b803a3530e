package io.xbarflow.mapper;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import java.util.Optional;

/**
 * What the user asks of a mapping beside the architecture.
 *
 * @param crossbars macros that may be used, for the least interval they allow
 * @param slots MVMs that any layer may do one after the other for an image, for the fewest macros
 * @param lanes values a beat of every link carries at least, as far as it has so many
 * @param memory policies of single layers, by name; the architecture's elsewhere
 * @param placement how places are found
 */
public record MappingOptions(
    Optional<Integer> crossbars,
    Optional<Long> slots,
    int lanes,
    ImmutableMap<String, ActivationMemoryPolicy> memory,
    Placement placement) {

  /** One pixel per MVM, one copy, fewest lanes. */
  public static final MappingOptions PLAIN =
      new MappingOptions(
          Optional.empty(), Optional.empty(), 1, ImmutableMap.of(), Placement.SEARCHED);

  /** How places are found. */
  public enum Placement {
    /** The best of some fixed orders, in milliseconds. */
    QUICK,
    /** A seeded search from there, up to seconds. */
    SEARCHED
  }

  /** Checks the numbers. */
  public MappingOptions {
    memory = ImmutableMap.copyOf(memory);
    checkArgument(lanes > 0, "%s lanes", lanes);
    checkArgument(
        crossbars.isEmpty() || slots.isEmpty(), "a budget of macros and one of slots exclude");
  }
}
