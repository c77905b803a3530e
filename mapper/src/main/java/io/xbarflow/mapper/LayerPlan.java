package io.xbarflow.mapper;

import static com.google.common.base.Preconditions.checkArgument;

import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.mapping.Patch;
import java.util.Optional;

/**
 * What is decided for one layer.
 *
 * @param patch output pixels per MVM; one pixel for layers that are no convolutions
 * @param copies arrays with the layer's weights
 * @param memory policy of the activation memory
 * @param core core type of a convolution; ideal when it is empty
 */
public record LayerPlan(
    Patch patch, int copies, ActivationMemoryPolicy memory, Optional<CoreUse> core) {
  /** Checks the copies. */
  public LayerPlan {
    checkArgument(copies > 0, "%s copies", copies);
  }

  /** A decision for an ideal core. */
  public LayerPlan(Patch patch, int copies, ActivationMemoryPolicy memory) {
    this(patch, copies, memory, Optional.empty());
  }

  /** The same with another patch. */
  LayerPlan withPatch(Patch other) {
    return new LayerPlan(other, copies, memory, core);
  }

  /** The core type on a chip of {@code architecture}. */
  public CoreUse core(Architecture architecture) {
    return core.orElseGet(() -> CoreUse.ideal(architecture));
  }
}
