package io.xbarflow.mapper.choice;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A small random network, convolutions one behind the other, and an architecture for it.
 *
 * @param network the network; weights are zero
 * @param architecture the architecture
 */
record RandomChain(Network network, Architecture architecture) {
  private static final Quantisation QUANTISATION = new Quantisation(0.05f, 0, true);

  /** A chain of {@code layers} convolutions over maps of up to {@code size} rows and columns. */
  static RandomChain of(long seed, int layers, int size) {
    Random random = new Random(seed);
    List<Tensor> tensors = new ArrayList<>();
    List<Layer> convolutions = new ArrayList<>();
    Shape shape =
        new Shape(1 + random.nextInt(6), 1 + random.nextInt(size), 1 + random.nextInt(size));
    tensors.add(new Tensor("input", shape, QUANTISATION));
    for (int index = 0; index < layers; index++) {
      int[] rows = axis(random, shape.height(), size);
      int[] columns = axis(random, shape.width(), size);
      int groups = random.nextInt(3) == 0 ? shape.channels() : 1;
      int outputs = groups * (1 + random.nextInt(groups == 1 ? 6 : 2));
      Window window =
          new Window(
              rows[0],
              columns[0],
              rows[1],
              columns[1],
              rows[2],
              columns[2],
              rows[3],
              columns[3],
              rows[4],
              columns[4]);
      String name = "conv" + index;
      convolutions.add(
          new Layer.Convolution(
              name,
              tensors.get(index).name(),
              name + "_out",
              window,
              groups,
              Int8Array.copyOf(new byte[outputs * (shape.channels() / groups) * window.taps()]),
              ImmutableList.of(0.01f),
              ImmutableList.copyOf(Collections.nCopies(outputs, 0)),
              -128,
              127));
      shape = new Shape(outputs, rows[5], columns[5]);
      tensors.add(new Tensor(name + "_out", shape, QUANTISATION));
    }
    Network network =
        new Network(
            "random" + seed,
            "0".repeat(64),
            ImmutableList.copyOf(tensors),
            ImmutableList.copyOf(convolutions),
            ImmutableList.of(host(tensors.get(0))),
            ImmutableList.of(host(tensors.get(layers))));
    int[] mvmCycles = {1, 2, 8, 1000};
    return new RandomChain(
        network,
        Architectures.named(Architectures.DEFAULT)
            .withCrossbar(1 + random.nextInt(40), 1 + random.nextInt(20))
            .withMvmCycles(mvmCycles[random.nextInt(4)]));
  }

  /** Kernel, stride, padding before and after, dilation and outputs along one axis. */
  private static int[] axis(Random random, int inputs, int most) {
    while (true) {
      int kernel = 1 + random.nextInt(3);
      int stride = 1 + random.nextInt(2);
      int before = random.nextInt(2);
      int after = random.nextInt(2);
      int dilation = random.nextInt(4) == 0 ? 2 : 1;
      int outputs = inputs + before + after - (kernel - 1) * dilation - 1;
      outputs = outputs < 0 ? 0 : outputs / stride + 1;
      if (outputs >= 1 && outputs <= most && before < kernel && after < kernel) {
        return new int[] {kernel, stride, before, after, dilation, outputs};
      }
    }
  }

  private static HostTensor host(Tensor tensor) {
    Shape shape = tensor.shape();
    return new HostTensor(
        tensor.name(),
        tensor.name(),
        ImmutableList.of(shape.channels(), shape.height(), shape.width()),
        false,
        false);
  }

  /** The convolutions, in order. */
  List<Layer.Convolution> convolutions() {
    return network.layers().stream().map(Layer.Convolution.class::cast).toList();
  }

  Shape shape(String tensor) {
    return network.tensor(tensor).shape();
  }

  @Override
  public String toString() {
    return network.model() + " " + network.tensors() + " " + architecture;
  }
}
