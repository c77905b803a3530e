package io.xbarflow.core.onnx;

import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.onnx.Value.HostWork;
import java.util.Optional;

/** Says what the graph outputs stand for. */
final class GraphOutputs {
  private GraphOutputs() {}

  /** Graph output {@code name}, which stands for {@code value}. */
  static HostTensor of(String name, Value value, Assembly assembly) {
    String where = "graph output " + name;
    Optional<HostWork> work =
        value instanceof HostWork computed
            ? Optional.of(computed)
            : assembly
                .writer(name)
                .flatMap(node -> HostOutputs.of(assembly, where, node, name, value));
    if (work.isEmpty() && !(value instanceof Value.Shaped)) {
      throw Refusal.of(
          where,
          value == null ? "no node writes it" : "is " + value.describe(),
          "a tensor that the network computes",
          "Name a computed tensor as graph output.");
    }
    if (work.isEmpty() || assembly.producer(work.get().stream()).isEmpty()) {
      throw Refusal.of(
          where,
          "is a graph input without any layer between them",
          "a tensor that the chip computes",
          "Remove this output, or give the whole quantised network.");
    }
    return work.get().output(name);
  }
}
