package io.xbarflow.mapper.place;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;

/**
 * Netlists as the mapper makes them of well-known networks: one core a convolution, one pixel an
 * MVM, one copy, 8-bit activations; additions stand at the last macro of the longer way, skips and
 * projections read the ring at the first macro of the block's first convolution.
 */
final class Netlists {
  private static final int BITS = 8;

  private final int crossbar;
  private final List<Core> cores = new ArrayList<>();
  private final List<Net> nets = new ArrayList<>();
  // Where the map stands that the next layer reads, and its shape.
  private Terminal at = Terminal.EDGE;
  private int channels = 3;
  private int side;

  private Netlists(int crossbar, int side) {
    this.crossbar = crossbar;
    this.side = side;
  }

  private long mapBits() {
    return (long) side * side * channels * BITS;
  }

  /** A core that reads the current map, which becomes what it writes. */
  private String convolution(int outputs, int kernel, int stride) {
    String name = "conv" + cores.size();
    cores.add(new Core(name, divideUp(kernel * kernel * channels) * divideUp(outputs)));
    nets.add(new Net(at, Terminal.first(name), mapBits()));
    at = Terminal.last(name);
    channels = outputs;
    side /= stride;
    return name;
  }

  private int divideUp(int size) {
    return (size + crossbar - 1) / crossbar;
  }

  /** Pooling stands where its input comes from. */
  private void pool(int stride) {
    side /= stride;
  }

  private void dense(int outputs) {
    int kernel = side;
    convolution(outputs, kernel, kernel);
  }

  /** Two 3 x 3 convolutions and a skip around them, with a projection where the shape changes. */
  private void residual(int outputs, int stride) {
    int inputs = channels;
    int inputSide = side;
    String first = convolution(outputs, 3, stride);
    String last = convolution(outputs, 3, 1);
    if (inputs == outputs && stride == 1) {
      nets.add(new Net(Terminal.first(first), Terminal.last(last), mapBits()));
    } else {
      at = Terminal.first(first);
      channels = inputs;
      side = inputSide;
      String projection = convolution(outputs, 1, stride);
      nets.add(new Net(Terminal.last(projection), Terminal.last(last), mapBits()));
      at = Terminal.last(last);
    }
  }

  private Netlist netlist() {
    nets.add(new Net(at, Terminal.EDGE, mapBits()));
    return new Netlist(ImmutableList.copyOf(cores), ImmutableList.copyOf(nets));
  }

  /** ResNet-8 (3 blocks), -20 (9), -32 (15) for CIFAR-10. */
  static Netlist residualCifar(int crossbar, int blocksPerStage) {
    Netlists n = new Netlists(crossbar, 32);
    n.convolution(16, 3, 1);
    for (int outputs : new int[] {16, 32, 64}) {
      for (int block = 0; block < blocksPerStage; block++) {
        n.residual(outputs, outputs > n.channels ? 2 : 1);
      }
    }
    n.pool(8);
    n.dense(10);
    return n.netlist();
  }

  /** ResNet-18 and -34 for ImageNet: blocks of each of the four stages. */
  static Netlist residualImageNet(int crossbar, int... blocks) {
    Netlists n = new Netlists(crossbar, 224);
    n.convolution(64, 7, 2);
    n.pool(2);
    for (int stage = 0; stage < blocks.length; stage++) {
      for (int block = 0; block < blocks[stage]; block++) {
        n.residual(64 << stage, stage > 0 && block == 0 ? 2 : 1);
      }
    }
    n.pool(7);
    n.dense(1000);
    return n.netlist();
  }

  /** VGG-8 for CIFAR-10. */
  static Netlist vgg8(int crossbar) {
    Netlists n = new Netlists(crossbar, 32);
    for (int outputs : new int[] {128, 256, 512}) {
      n.convolution(outputs, 3, 1);
      n.convolution(outputs, 3, 1);
      n.pool(2);
    }
    n.dense(1024);
    n.dense(10);
    return n.netlist();
  }
}
