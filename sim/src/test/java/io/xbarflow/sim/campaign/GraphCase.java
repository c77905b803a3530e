package io.xbarflow.sim.campaign;

import static io.xbarflow.sim.onnx.OnnxModel.attribute;
import static io.xbarflow.sim.onnx.OnnxModel.ints;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableMultiset;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Lists;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.sim.campaign.FeatureMap.Layout;
import io.xbarflow.sim.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A random graph with its inputs.
 *
 * @param drawn the choices that made it
 * @param spans the choices of each part that can be left out
 * @param model the graph
 * @param contracts the graphs that say what {@code model} means: its operators in QDQ form that
 *     have the meaning of a QOperator are written as that. One, or with an AveragePool, an Add or a
 *     Mul in QDQ form one for each of the ways in which ONNX Runtime may compute it
 * @param inputs values of the graph inputs
 * @param approximate graph outputs that the host computes with functions of another precision
 * @param features what the graph has
 */
record GraphCase(
    ImmutableList<Integer> drawn,
    ImmutableList<Choices.Span> spans,
    ModelProto model,
    ImmutableList<ModelProto> contracts,
    ImmutableMap<String, ImageBatch> inputs,
    ImmutableSet<String> approximate,
    ImmutableMultiset<String> features) {

  private static final int MOST_STEPS = 7;

  /** The graph of {@code seed}. */
  static GraphCase of(long seed, boolean exactSums) {
    return of(Choices.random(seed), exactSums);
  }

  /** The graph that {@code choices} make. */
  static GraphCase of(Choices choices, boolean exactSums) {
    Drawing drawing = new Drawing(new Walk(choices, Optional.empty(), exactSums));
    ImmutableList.Builder<ModelProto> contracts = ImmutableList.builder();
    List<List<Walk.Average>> each =
        Collections.nCopies(drawing.walk.averages(), List.of(Walk.Average.values()));
    List<List<Boolean>> sums = Collections.nCopies(drawing.walk.sums(), List.of(true, false));
    for (List<Boolean> fused : Lists.cartesianProduct(sums)) {
      for (List<Walk.Average> averages : Lists.cartesianProduct(each)) {
        Choices again = Choices.replay(choices.drawn());
        Walk.Contract contract =
            new Walk.Contract(ImmutableList.copyOf(averages), ImmutableList.copyOf(fused));
        contracts.add(new Drawing(new Walk(again, Optional.of(contract), exactSums)).walk.model());
        if (!again.drawn().equals(choices.drawn())) {
          throw new IllegalStateException("the forms of a graph are drawn differently");
        }
      }
    }
    return new GraphCase(
        choices.drawn(),
        choices.spans(),
        drawing.walk.model(),
        contracts.build(),
        drawing.inputs(),
        drawing.approximate.build(),
        drawing.walk.features());
  }

  /** Whether the graph has operators in QDQ form that mean a QOperator. */
  boolean hasContract() {
    return !model.equals(contracts.get(0));
  }

  /** Draws a graph. */
  private static final class Drawing {
    private final Walk walk;
    private final Choices choices;
    private final int content;
    private final Random contents;
    private final ImmutableSet.Builder<String> approximate = ImmutableSet.builder();

    Drawing(Walk walk) {
      this.walk = walk;
      choices = walk.choices();
      content = choices.draw(4);
      contents = walk.contents();
      begin();
      for (int i = 0; i < MOST_STEPS; i++) {
        boolean[] more = {false};
        int percent = i == 0 ? 100 : 72;
        choices.span(
            () -> {
              more[0] = choices.flag(percent);
              if (more[0]) {
                Steps.next(walk);
              }
            });
        if (!more[0]) {
          break;
        }
      }
      List<FeatureMap> leaves = walk.leaves();
      for (FeatureMap map : walk.live()) {
        boolean read = !leaves.contains(map);
        boolean inner = choices.flag(8) && !isInput(map);
        if (!read || inner) {
          // What the host hands in is not handed out again.
          choices.span(() -> end(walk.isBare(map) ? FunctionSteps.function(walk, map) : map));
        }
      }
    }

    private boolean isInput(FeatureMap map) {
      return walk.inputs().stream().anyMatch(input -> input.map().name().equals(map.name()));
    }

    /** The first graph input. */
    private void begin() {
      int kind = choices.draw(16);
      int channels = choices.between(1, 8);
      int rows = choices.between(1, 9);
      int columns = choices.between(1, 9);
      double reach = Math.exp(3 * choices.spread());
      Quantisation meaning = Quantisations.draw(choices, walk.signed(), -reach, reach);
      Layout layout =
          switch (kind) {
            case 11 -> Layout.VECTOR;
            case 12 -> Layout.ROWS;
            case 13 -> Layout.LAST;
            default -> Layout.MAP;
          };
      ImmutableList<Integer> dims =
          switch (layout) {
            case VECTOR -> ImmutableList.of(channels * 2);
            case ROWS -> ImmutableList.of(rows, channels);
            case LAST -> ImmutableList.of(rows, columns, channels);
            default ->
                kind >= 14
                    ? ImmutableList.of(channels, 2 * columns)
                    : ImmutableList.of(channels, rows, columns);
          };
      walk.note("input " + layout + " of " + dims.size() + " dimensions");
      FeatureMap input = walk.reading(walk.input(new FeatureMap("", layout, dims, meaning)));
      if (layout == Layout.ROWS) {
        ProductSteps.product(walk, input);
      } else if (layout == Layout.LAST) {
        walk.addSame(
            RearrangingSteps.rearranged(
                walk,
                input,
                input.with(Layout.MAP, List.of(channels, rows, columns)),
                false,
                (value, type) -> walk.node("Transpose", List.of(value), ints("perm", 0, 3, 1, 2))),
            input);
      } else {
        walk.add(input);
      }
    }

    /** Makes {@code map} a graph output. */
    private void end(FeatureMap map) {
      int kind = choices.draw(18);
      int axis = choices.draw(map.dims().size());
      boolean plain = choices.flag(50);
      int type = OnnxModel.eightBits(map.signed());
      switch (kind) {
        case 7, 8 -> walk.output(walk.dequantised(map), OnnxModel.FLOAT);
        case 9 -> {
          if (map.isMap() && map.dims().size() == 3) {
            String value = plain ? map.name() : walk.dequantised(map);
            walk.output(
                walk.node("Transpose", List.of(value), ints("perm", 0, 2, 3, 1)),
                plain ? type : OnnxModel.FLOAT);
            walk.note("channels last at the end");
          } else {
            walk.output(map.name(), type);
          }
        }
        case 10 -> {
          walk.note("host function at the end");
          walk.output(walk.node("Sigmoid", List.of(walk.dequantised(map))), OnnxModel.FLOAT);
        }
        case 11 -> {
          long over = walk.opset() < 13 ? map.dims().size() : plain ? -1 : axis + 1;
          approximately(
              walk.node("Softmax", List.of(walk.dequantised(map)), attribute("axis", over)));
        }
        case 12 -> {
          long over = walk.opset() < 13 ? map.dims().size() : axis + 1;
          approximately(
              walk.node("LogSoftmax", List.of(walk.dequantised(map)), attribute("axis", over)));
        }
        case 13 -> {
          walk.note("host function at the end");
          walk.output(
              walk.node(
                  plain ? "ArgMax" : "ArgMin",
                  List.of(walk.dequantised(map)),
                  attribute("axis", axis + 1),
                  attribute("keepdims", axis % 2)),
              OnnxModel.INT64);
        }
        case 14 -> topK(map, axis, plain);
        case 17 -> {
          walk.note("host function at the end");
          Quantisation shares = new Quantisation(1f / 128, map.signed() ? -128 : 0, map.signed());
          List<String> operands = new ArrayList<>(List.of(map.name()));
          operands.addAll(walk.parameters(map.quantisation()));
          operands.addAll(walk.parameters(shares));
          walk.output(
              walk.node(
                  "QLinearSoftmax", operands, attribute("axis", axis + 1), attribute("opset", 13)),
              type);
        }
        case 15 -> {
          walk.note("host function at the end");
          walk.output(
              walk.node("Mul", List.of(walk.dequantised(map), walk.real(axis - 1.25f))),
              OnnxModel.FLOAT);
        }
        case 16 -> {
          if (map.isMap()) {
            walk.note("boxes at the end");
            String boxes =
                walk.node(
                    "Reshape",
                    List.of(
                        walk.dequantised(map), walk.list(List.of(0L, (long) map.channels(), -1L))));
            walk.output(
                walk.node("Transpose", List.of(boxes), ints("perm", 0, 2, 1)), OnnxModel.FLOAT);
          } else {
            walk.output(map.name(), type);
          }
        }
        default -> walk.output(map.name(), type);
      }
    }

    private void topK(FeatureMap map, int axis, boolean greatest) {
      walk.note("host function at the end");
      int count = (map.dims().get(axis) + 1) / 2;
      List<String> operands = new ArrayList<>(List.of(walk.dequantised(map)));
      List<AttributeProto> attributes = new ArrayList<>(List.of(attribute("axis", axis + 1)));
      if (walk.opset() < 10) {
        attributes.add(attribute("k", count));
      } else {
        operands.add(walk.list(List.of((long) count)));
      }
      if (walk.opset() >= 11) {
        attributes.add(attribute("largest", greatest ? 1 : 0));
      }
      ImmutableList<String> outputs =
          walk.nodes("TopK", 2, operands, attributes.toArray(AttributeProto[]::new));
      walk.output(outputs.get(0), OnnxModel.FLOAT);
      walk.output(outputs.get(1), OnnxModel.INT64);
    }

    private void approximately(String value) {
      walk.note("host function at the end");
      approximate.add(walk.output(value, OnnxModel.FLOAT));
    }

    ImmutableMap<String, ImageBatch> inputs() {
      int images = walk.openBatch() ? 2 : 1;
      ImmutableMap.Builder<String, ImageBatch> batches = ImmutableMap.builder();
      for (Walk.Input input : walk.inputs()) {
        FeatureMap map = input.map();
        int[] values = new int[images * map.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = map.quantisation().min() + value(i);
        }
        ImmutableList<Integer> shape =
            ImmutableList.<Integer>builder().add(images).addAll(map.dims()).build();
        batches.put(
            map.name(),
            input.floating()
                ? ImageBatch.ofFloats(shape, reals(map.quantisation(), values))
                : ImageBatch.ofIntegers(map.signed(), shape, values));
      }
      return batches.buildOrThrow();
    }

    /** Random values, all values in turn, or extremes. */
    private int value(int index) {
      return switch (content) {
        case 0 -> index * 7 % 256;
        case 1 -> contents.nextBoolean() ? 0 : 255;
        default -> contents.nextInt(256);
      };
    }

    /** Real values about {@code values}, ties and values beyond the range among them. */
    private float[] reals(Quantisation quantisation, int[] values) {
      float[] reals = new float[values.length];
      for (int i = 0; i < reals.length; i++) {
        int step = values[i] - quantisation.zeroPoint();
        float between =
            contents.nextInt(3) == 0 ? contents.nextInt(-1, 2) / 2f : contents.nextFloat();
        reals[i] = (step + between) * quantisation.scale();
        if (contents.nextInt(40) == 0) {
          reals[i] *= 300;
        }
      }
      return reals;
    }
  }
}
