package io.xbarflow.core.onnx;

import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Commuting;
import io.xbarflow.core.onnx.Value.Pending;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the layers of float results once their quantisation is known. Operators that commute with
 * QuantizeLinear follow on the quantised values. Readers with one quantisation share the layers.
 */
final class Settling {
  /**
   * What two readers of a float result must have in common.
   *
   * @param to how it is quantised
   * @param bounds Relu and Clip behind it
   */
  private record Use(Quantisation to, Bounds bounds) {}

  private final Assembly assembly;
  private final IdentityHashMap<Unsettled, Map<Use, Stream>> settled = new IdentityHashMap<>();

  Settling(Assembly assembly) {
    this.assembly = assembly;
  }

  /** The tensor of {@code value}, quantised by {@code to}; a new one is called {@code output}. */
  Stream settle(Unsettled value, String output, Quantisation to) {
    if (value instanceof Pending pending) {
      return settle(pending, Bounds.NONE, output, to);
    }
    Map<Use, Stream> uses = settled.computeIfAbsent(value, unused -> new HashMap<>());
    Use use = new Use(to, Bounds.NONE);
    Stream stream = uses.get(use);
    if (stream == null) {
      stream = behind(value, output, to);
      uses.put(use, stream);
    }
    return stream;
  }

  private Stream behind(Unsettled value, String output, Quantisation to) {
    List<Commuting> chain = new ArrayList<>();
    List<Bounds> behind = new ArrayList<>();
    Bounds all = Bounds.NONE;
    Unsettled source = value;
    while (source instanceof Commuting commuting) {
      all = commuting.bounds().then(all);
      chain.add(commuting);
      behind.add(all);
      source = commuting.source();
    }
    Stream stream = settle((Pending) source, all, source.node().output(), to).shared(false);
    for (int i = chain.size() - 1; i >= 0; i--) {
      Commuting link = chain.get(i);
      String name = i == 0 ? output : link.node().output();
      stream = link.commutation().of(stream, behind.get(i), name).withView(link.view());
    }
    return stream;
  }

  private Stream settle(Pending pending, Bounds bounds, String output, Quantisation to) {
    Map<Use, Stream> uses = settled.computeIfAbsent(pending, unused -> new HashMap<>());
    Use use = new Use(to, bounds);
    Stream stream = uses.get(use);
    if (stream == null) {
      stream = assembly.settle(pending.with(bounds), output, to);
      uses.put(use, stream);
    }
    return stream;
  }
}
