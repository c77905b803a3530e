package io.xbarflow.mapper;

import static com.google.common.base.Preconditions.checkArgument;

import io.xbarflow.core.architecture.ActivationMemoryPolicy;
import io.xbarflow.core.mapping.Patch;

/**
 * What is decided for one layer.
 *
 * @param patch output pixels per MVM; one pixel for layers that are no convolutions
 * @param copies arrays with the layer's weights
 * @param memory policy of the activation memory
 */
public record LayerPlan(Patch patch, int copies, ActivationMemoryPolicy memory) {
  /** Checks the copies. */
  public LayerPlan {
    checkArgument(copies > 0, "%s copies", copies);
  }
}
