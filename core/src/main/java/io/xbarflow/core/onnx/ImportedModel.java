package io.xbarflow.core.onnx;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Network;

/**
 * What the import stage makes of an ONNX file.
 *
 * @param network what the chip computes
 * @param notes where that is something else than the graph says, in the order of its nodes
 */
public record ImportedModel(Network network, ImmutableList<ImportNote> notes) {
  /** Checks that both are there. */
  public ImportedModel {
    requireNonNull(network);
    notes = ImmutableList.copyOf(notes);
  }
}
