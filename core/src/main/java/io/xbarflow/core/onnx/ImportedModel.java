package io.xbarflow.core.onnx;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.network.Network;

/**
 * What the import stage makes of an ONNX file.
 *
 * @param network what the chip computes
 * @param notes where that is something else than the graph says, in the order of its nodes
 * @param given float results without QuantizeLinear that were quantised by their range
 */
public record ImportedModel(
    Network network, ImmutableList<ImportNote> notes, ImmutableList<GivenQuantisation> given) {
  /** Checks that all are there. */
  public ImportedModel {
    requireNonNull(network);
    notes = ImmutableList.copyOf(notes);
    given = ImmutableList.copyOf(given);
  }
}
