package io.xbarflow.sim.golden;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Ints;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.tensor.Image;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Computes every tensor of a network for given inputs, equal to ONNX Runtime bit for bit.
 *
 * <p>An instance is immutable and may be shared between threads.
 */
public final class GoldenModel {
  private final ImmutableMap<String, Tensor> tensors;
  private final ImmutableList<String> inputs;
  private final ImmutableList<Step> steps;

  /** One layer made ready to run. */
  private record Step(String output, ImmutableList<String> inputs, Operator operator) {}

  /** Prepares {@code network}. */
  public GoldenModel(Network network) {
    tensors = network.tensorsByName();
    inputs =
        network.inputs().stream().map(HostTensor::tensor).collect(ImmutableList.toImmutableList());
    OperatorOfLayer operators = new OperatorOfLayer(tensors);
    steps =
        network.layers().stream()
            .map(layer -> new Step(layer.output(), layer.inputs(), layer.match(operators)))
            .collect(ImmutableList.toImmutableList());
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
    Map<String, int[]> values = new HashMap<>();
    ImmutableMap.Builder<String, Image> results = ImmutableMap.builder();
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
      int[] pixels = image.toArray();
      for (int value : pixels) {
        checkArgument(
            value >= tensor.quantisation().min() && value <= tensor.quantisation().max(),
            "input %s holds %s, expected %s to %s",
            input,
            value,
            tensor.quantisation().min(),
            tensor.quantisation().max());
      }
      values.put(input, pixels);
      results.put(input, image);
    }
    checkArgument(
        images.size() == inputs.size(), "inputs %s, given are %s", inputs, images.keySet());
    for (Step step : steps) {
      int[][] operands = new int[step.inputs().size()][];
      for (int i = 0; i < operands.length; i++) {
        operands[i] = values.get(step.inputs().get(i));
      }
      int[] output = step.operator().apply(operands);
      values.put(step.output(), output);
      results.put(step.output(), Image.of(tensors.get(step.output()).shape(), output));
    }
    return results.buildOrThrow();
  }

  /**
   * Runs several images, {@code threads} at a time.
   *
   * @param images the inputs of every image, as {@link #run} takes them
   * @param threads at least 1
   * @return what {@link #run} gives for every image, in order
   */
  public ImmutableList<ImmutableMap<String, Image>> runAll(
      List<? extends Map<String, Image>> images, int threads) {
    checkArgument(threads > 0, "threads %s", threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<ImmutableMap<String, Image>>> pending = new ArrayList<>();
      for (Map<String, Image> image : images) {
        pending.add(pool.submit(() -> run(image)));
      }
      ImmutableList.Builder<ImmutableMap<String, Image>> results = ImmutableList.builder();
      for (Future<ImmutableMap<String, Image>> result : pending) {
        results.add(result.get());
      }
      return results.build();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  /** Chooses the operator of a layer. */
  private record OperatorOfLayer(ImmutableMap<String, Tensor> tensors)
      implements Layer.Cases<Operator> {
    @Override
    public Operator convolution(Layer.Convolution layer) {
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
        for (int i = 0; i < y.length; i++) {
          y[i] = adder.add(a[i], b[i]);
        }
        return y;
      };
    }

    @Override
    public Operator addConstant(Layer.AddConstant layer) {
      Tensor input = tensors.get(layer.input());
      // ONNX Runtime adds an operand that is constant over several values first, whichever it is.
      boolean constantFirst = layer.constantFirst() && input.shape().pixels() == 1;
      FloatAdder adder =
          new FloatAdder(
              constantFirst ? layer.constantQuantisation() : input.quantisation(),
              constantFirst ? input.quantisation() : layer.constantQuantisation(),
              tensors.get(layer.output()).quantisation(),
              layer.clampMin(),
              layer.clampMax());
      int pixels = input.shape().pixels();
      return operands -> {
        int[] x = operands[0];
        int[] y = new int[x.length];
        for (int i = 0; i < y.length; i++) {
          int constant = layer.constant().get(i / pixels);
          y[i] = constantFirst ? adder.add(constant, x[i]) : adder.add(x[i], constant);
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
