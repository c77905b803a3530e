package io.xbarflow.sim.golden;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Predicates;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Lists;
import com.google.common.collect.Sets;
import com.google.common.primitives.Ints;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.tensor.FloatAdder;
import io.xbarflow.core.tensor.Image;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntBinaryOperator;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/**
 * Computes every tensor of a network for given inputs, equal to ONNX Runtime bit for bit; of a
 * mapped network, what the mapped arrays give.
 *
 * <p>An instance is immutable and may be shared between threads.
 */
public final class GoldenModel {
  private final ImmutableMap<String, Tensor> tensors;
  private final ImmutableList<String> inputs;
  private final ImmutableList<Step> steps;
  private final int imagesTogether;

  /** Images that share widened weights, at most. */
  private static final int IMAGES_TOGETHER = 8;

  /** Values of one layer's operands and output that images together may have. */
  private static final int VALUES_TOGETHER = 1 << 24;

  /**
   * One layer made ready to run.
   *
   * @param output tensor written
   * @param inputs tensors read
   * @param done tensors that no later layer reads
   * @param operator what it computes
   */
  private record Step(
      String output, ImmutableList<String> inputs, ImmutableSet<String> done, Operator operator) {}

  /** Prepares {@code network} as it is meant: all sums are exact. */
  public GoldenModel(Network network) {
    this(network, ImmutableMap.of());
  }

  /**
   * Prepares {@code network} as it is mapped: convolutions on cores whose sums are not exact are
   * computed MVM by MVM, as their core types say.
   *
   * @param mapping of {@code network}
   * @param types those that {@code mapping} uses
   */
  public GoldenModel(Network network, Mapping mapping, CoreTypes types) {
    this(network, arrays(network, mapping, types));
  }

  /** Prepares {@code network} with operators of one's own for some convolutions, by layer. */
  GoldenModel(Network network, ImmutableMap<String, ArrayOperator> arrays) {
    tensors = network.tensorsByName();
    inputs =
        network.inputs().stream().map(HostTensor::tensor).collect(ImmutableList.toImmutableList());
    OperatorOfLayer operators = new OperatorOfLayer(tensors, arrays);
    Set<String> read = new HashSet<>();
    ImmutableList.Builder<Step> backwards = ImmutableList.builder();
    int most = 1;
    for (Layer layer : network.layers().reverse()) {
      ImmutableSet<String> touched =
          ImmutableSet.<String>builder().addAll(layer.inputs()).add(layer.output()).build();
      ImmutableSet<String> done = Sets.difference(touched, read).immutableCopy();
      read.addAll(touched);
      backwards.add(new Step(layer.output(), layer.inputs(), done, layer.match(operators)));
      most = Math.max(most, touched.stream().mapToInt(t -> tensors.get(t).shape().size()).sum());
    }
    steps = backwards.build().reverse();
    imagesTogether = Math.max(1, Math.min(IMAGES_TOGETHER, VALUES_TOGETHER / most));
  }

  /** The operators of the convolutions whose sums are not exact, by layer. */
  private static ImmutableMap<String, ArrayOperator> arrays(
      Network network, Mapping mapping, CoreTypes types) {
    ImmutableMap<String, Tensor> tensors = network.tensorsByName();
    ImmutableMap.Builder<String, ArrayOperator> arrays = ImmutableMap.builder();
    MappedConvolution.of(network, mapping).stream()
        .filter(mapped -> !mapped.core().array().core().macro().exact())
        .forEach(
            mapped ->
                arrays.put(
                    mapped.layer().name(),
                    new ArrayOperator(
                        mapped.layer(),
                        tensors.get(mapped.layer().input()),
                        tensors.get(mapped.layer().output()),
                        mapped.core().fetch(),
                        mapped.core().array().core(),
                        types.named("mapping", mapped.core().array().core().type()),
                        mapped.core().array().copies(),
                        mapped.core().array().ranges())));
    return arrays.buildOrThrow();
  }

  /**
   * Runs one image.
   *
   * @param images the network's inputs by tensor name
   * @return every tensor of the network by name, the inputs included
   * @throws IllegalArgumentException when an input is missing, superfluous or of another shape or
   *     type than the network's
   */
  public ImmutableMap<String, Image> run(Map<String, Image> images) {
    return run(ImmutableList.of(images), 0, Predicates.alwaysTrue(), Workers.CALLER).get(0);
  }

  /**
   * Runs several images.
   *
   * @param images the inputs of every image, as {@link #run} takes them
   * @param threads at least 1; several images are shared out to them, one image has its layers
   *     shared out
   * @return what {@link #run} gives for every image, in order
   */
  public ImmutableList<ImmutableMap<String, Image>> runAll(
      List<? extends Map<String, Image>> images, int threads) {
    return runAll(images, Predicates.alwaysTrue(), threads);
  }

  /**
   * Runs several images and keeps some of the tensors. Every other tensor is let go when the last
   * layer that reads it has run.
   *
   * @param images the inputs of every image, as {@link #run} takes them
   * @param kept whether to keep the tensor of a name
   * @param threads as above
   * @return the tensors kept of every image, in order
   */
  public ImmutableList<ImmutableMap<String, Image>> runAll(
      List<? extends Map<String, Image>> images, Predicate<String> kept, int threads) {
    return runAll(images, 0, kept, threads);
  }

  /**
   * Runs several images that follow others in the stream.
   *
   * @param images the inputs of every image, as {@link #run} takes them
   * @param first how many images have gone before since reset; read noise depends on it
   * @param kept whether to keep the tensor of a name
   * @param threads as above
   * @return the tensors kept of every image, in order
   */
  public ImmutableList<ImmutableMap<String, Image>> runAll(
      List<? extends Map<String, Image>> images, long first, Predicate<String> kept, int threads) {
    ImmutableList.Builder<ImmutableMap<String, Image>> results = ImmutableList.builder();
    try (Workers workers = new Workers(threads)) {
      if (images.size() < threads) {
        for (int i = 0; i < images.size(); i++) {
          results.addAll(run(ImmutableList.of(images.get(i)), first + i, kept, workers));
        }
        return results.build();
      }
      int perThread = (images.size() + threads - 1) / threads;
      int rounds = (perThread + imagesTogether - 1) / imagesTogether;
      int together = (perThread + rounds - 1) / rounds;
      List<? extends List<? extends Map<String, Image>>> batches =
          Lists.partition(images, together);
      List<ImmutableList<ImmutableMap<String, Image>>> done =
          new ArrayList<>(Collections.nCopies(batches.size(), ImmutableList.of()));
      IntConsumer each =
          batch ->
              done.set(
                  batch,
                  run(batches.get(batch), first + (long) batch * together, kept, Workers.CALLER));
      workers.share(batches.size(), () -> each);
      done.forEach(results::addAll);
      return results.build();
    }
  }

  /** Runs {@code images}, from number {@code first} on, together, layer by layer. */
  private ImmutableList<ImmutableMap<String, Image>> run(
      List<? extends Map<String, Image>> images,
      long first,
      Predicate<String> kept,
      Workers workers) {
    Map<String, int[][]> values = new HashMap<>();
    List<ImmutableMap.Builder<String, Image>> results = new ArrayList<>();
    for (Map<String, Image> image : images) {
      ImmutableMap.Builder<String, Image> result = ImmutableMap.builder();
      checkInputs(image);
      inputs.stream().filter(kept).forEach(input -> result.put(input, image.get(input)));
      results.add(result);
    }
    for (String input : inputs) {
      values.put(
          input, images.stream().map(image -> image.get(input).toArray()).toArray(int[][]::new));
    }
    for (Step step : steps) {
      int[][][] operands = new int[images.size()][step.inputs().size()][];
      for (int i = 0; i < step.inputs().size(); i++) {
        int[][] value = values.get(step.inputs().get(i));
        for (int image = 0; image < operands.length; image++) {
          operands[image][i] = value[image];
        }
      }
      int[][] output = step.operator().apply(operands, first, workers);
      if (kept.test(step.output())) {
        Shape shape = tensors.get(step.output()).shape();
        for (int image = 0; image < output.length; image++) {
          results.get(image).put(step.output(), Image.of(shape, output[image]));
        }
      }
      values.put(step.output(), output);
      values.keySet().removeAll(step.done());
    }
    return results.stream()
        .map(ImmutableMap.Builder::buildOrThrow)
        .collect(ImmutableList.toImmutableList());
  }

  private void checkInputs(Map<String, Image> images) {
    for (String input : inputs) {
      Image image = images.get(input);
      checkArgument(image != null, "input %s is missing, given are %s", input, images.keySet());
      Tensor tensor = tensors.get(input);
      checkArgument(
          image.shape().equals(tensor.shape()),
          "input %s is %s, expected %s",
          input,
          image,
          tensor);
      int least = tensor.quantisation().min();
      checkArgument(
          image.least() >= least && image.greatest() <= tensor.quantisation().max(),
          "input %s holds %s to %s, expected %s to %s",
          input,
          image.least(),
          image.greatest(),
          least,
          tensor.quantisation().max());
    }
    checkArgument(
        images.size() == inputs.size(), "inputs %s, given are %s", inputs, images.keySet());
  }

  /** Chooses the operator of a layer. */
  private record OperatorOfLayer(
      ImmutableMap<String, Tensor> tensors, ImmutableMap<String, ArrayOperator> arrays)
      implements Layer.Cases<Operator> {
    @Override
    public Operator convolution(Layer.Convolution layer) {
      Operator array = arrays.get(layer.name());
      if (array != null) {
        return array;
      }
      return new ConvolutionOperator(
          layer, tensors.get(layer.input()), tensors.get(layer.output()));
    }

    @Override
    public Operator pool(Layer.Pool layer) {
      return new PoolOperator(layer, tensors.get(layer.input()), tensors.get(layer.output()));
    }

    @Override
    public Operator globalAveragePool(Layer.GlobalAveragePool layer) {
      return new GlobalAveragePoolOperator(tensors.get(layer.input()), tensors.get(layer.output()));
    }

    @Override
    public Operator add(Layer.Add layer) {
      FloatAdder adder =
          new FloatAdder(
              tensors.get(layer.a()).quantisation(),
              tensors.get(layer.b()).quantisation(),
              tensors.get(layer.output()).quantisation(),
              layer.clampMin(),
              layer.clampMax());
      return operands -> {
        int[] a = operands[0];
        int[] b = operands[1];
        int[] y = new int[a.length];
        adder.add(a, b, y);
        return y;
      };
    }

    @Override
    public Operator addConstant(Layer.AddConstant layer) {
      Tensor input = tensors.get(layer.input());
      IntBinaryOperator adder =
          FloatAdder.ofConstant(layer, input, tensors.get(layer.output()).quantisation());
      int pixels = input.shape().pixels();
      return operands -> {
        int[] x = operands[0];
        int[] y = new int[x.length];
        for (int i = 0; i < y.length; i++) {
          y[i] = adder.applyAsInt(x[i], i / pixels);
        }
        return y;
      };
    }

    @Override
    public Operator lookup(Layer.Lookup layer) {
      int least = tensors.get(layer.input()).quantisation().min();
      int[] table = layer.table().stream().mapToInt(Integer::intValue).toArray();
      return operands -> {
        int[] x = operands[0];
        int[] y = new int[x.length];
        for (int i = 0; i < y.length; i++) {
          y[i] = table[x[i] - least];
        }
        return y;
      };
    }

    @Override
    public Operator concat(Layer.Concat layer) {
      if (layer.axis() == Layer.Concat.Axis.CHANNELS) {
        return Ints::concat; // channels are the outermost dimension
      }
      boolean rows = layer.axis() == Layer.Concat.Axis.ROWS;
      Shape out = tensors.get(layer.output()).shape();
      return operands -> {
        int[] y = new int[out.size()];
        int first = 0;
        for (int operand = 0; operand < operands.length; operand++) {
          Shape map = tensors.get(layer.operands().get(operand)).shape();
          for (int i = 0; i < map.size(); i++) {
            int channel = i / map.pixels();
            int row = i / map.width() % map.height() + (rows ? first : 0);
            int column = i % map.width() + (rows ? 0 : first);
            y[(channel * out.height() + row) * out.width() + column] = operands[operand][i];
          }
          first += rows ? map.height() : map.width();
        }
        return y;
      };
    }

    @Override
    public Operator gather(Layer.Gather layer) {
      int pixels = tensors.get(layer.input()).shape().pixels();
      return operands -> {
        int[] y = new int[layer.channels().size() * pixels];
        for (int o = 0; o < layer.channels().size(); o++) {
          int channel = layer.channels().get(o);
          if (channel == Layer.Gather.FILLED) {
            Arrays.fill(y, o * pixels, (o + 1) * pixels, layer.fill());
          } else {
            System.arraycopy(operands[0], channel * pixels, y, o * pixels, pixels);
          }
        }
        return y;
      };
    }

    @Override
    public Operator channelLookup(Layer.ChannelLookup layer) {
      int pixels = tensors.get(layer.input()).shape().pixels();
      int least = tensors.get(layer.input()).quantisation().min();
      return operands -> {
        int[] x = operands[0];
        int[] y = new int[x.length];
        for (int i = 0; i < y.length; i++) {
          y[i] = layer.tables().get(layer.tableOfChannel().get(i / pixels)).get(x[i] - least);
        }
        return y;
      };
    }

    @Override
    public Operator reframe(Layer.Reframe layer) {
      Shape in = tensors.get(layer.input()).shape();
      Shape out = tensors.get(layer.output()).shape();
      return operands -> {
        int[] y = new int[out.size()];
        for (int i = 0; i < y.length; i++) {
          int channel = i / out.pixels();
          int row = layer.firstRow() + i / out.width() % out.height() * layer.rowStep();
          int column = layer.firstColumn() + i % out.width() * layer.columnStep();
          boolean inside = row >= 0 && row < in.height() && column >= 0 && column < in.width();
          y[i] =
              inside
                  ? operands[0][(channel * in.height() + row) * in.width() + column]
                  : layer.fill();
        }
        return y;
      };
    }
  }
}
