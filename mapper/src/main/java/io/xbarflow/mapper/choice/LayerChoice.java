package io.xbarflow.mapper.choice;

import static com.google.common.base.Preconditions.checkArgument;

import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.network.Shape;

/**
 * How one convolution lies on macros.
 *
 * @param patch output pixels of one MVM
 * @param copies sets of macros that hold the same weights and work on different patches
 */
public record LayerChoice(Patch patch, int copies) {
  /** One pixel per MVM, one copy. */
  public static final LayerChoice SINGLE = new LayerChoice(Patch.SINGLE, 1);

  /** Checks the range. */
  public LayerChoice {
    checkArgument(copies > 0, "%s copies", copies);
  }

  /** Slots of one image whose output map is {@code output}. */
  public long slots(Shape output) {
    return Division.up(patch.count(output), copies);
  }

  @Override
  public String toString() {
    return patch + " x" + copies;
  }
}
