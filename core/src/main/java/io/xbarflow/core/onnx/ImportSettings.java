package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Map;

/**
 * What the user says about a model beside its file.
 *
 * @param inputShapes dimensions of graph inputs by name, with the batch axis, for those that the
 *     file leaves open
 */
public record ImportSettings(ImmutableMap<String, ImmutableList<Integer>> inputShapes) {
  /** Nothing but what the file says. */
  public static final ImportSettings NONE = new ImportSettings(ImmutableMap.of());

  /** The dimensions {@code shapes} of graph inputs by name. */
  public static ImportSettings ofInputShapes(Map<String, ImmutableList<Integer>> shapes) {
    return new ImportSettings(ImmutableMap.copyOf(shapes));
  }
}
