package io.xbarflow.core.mapping;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/** What every block tells of its place in the pipeline, and the usual ways to tell it. */
interface Part {
  /** Links it takes. */
  ImmutableList<String> inputs();

  /** Links it gives. */
  ImmutableList<String> outputs();

  /** The layer it computes; empty for blocks that only carry pixels. */
  default Optional<String> computes() {
    return Optional.empty();
  }

  /** A block with one input. */
  interface OneInput extends Part {
    /** Link it takes. */
    String input();

    @Override
    default ImmutableList<String> inputs() {
      return ImmutableList.of(input());
    }
  }

  /** A block with one output. */
  interface OneOutput extends Part {
    /** Link it gives. */
    String output();

    @Override
    default ImmutableList<String> outputs() {
      return ImmutableList.of(output());
    }
  }

  /** A block that computes a layer. */
  interface OfLayer extends Part {
    /** The layer. */
    String layer();

    @Override
    default Optional<String> computes() {
      return Optional.of(layer());
    }
  }
}
