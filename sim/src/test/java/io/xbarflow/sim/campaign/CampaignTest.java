package io.xbarflow.sim.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.protobuf.InvalidProtocolBufferException;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.ElementType;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.sim.campaign.Verdict.Failed;
import io.xbarflow.sim.onnx.OnnxModel;
import io.xbarflow.sim.onnx.OnnxRuntime;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The campaign finds faults, shrinks graphs, and tells refusals from faults. */
final class CampaignTest {
  private static final int GRAPHS = 40;

  @TempDir Path folder;

  /** The golden model, with a fault in every graph that has an operator. */
  private Trial.Subject wrongWith(String operator, UnaryOperator<ImageBatch> fault) {
    Trial.Subject golden = Trial.golden(folder.resolve("graph.onnx"));
    return (model, inputs) -> {
      Map<String, ImageBatch> outputs = new HashMap<>(golden.run(model, inputs));
      if (operators(model).contains(operator)) {
        outputs.replaceAll((name, values) -> fault.apply(values));
      }
      return outputs;
    };
  }

  private static List<String> operators(byte[] model) {
    try {
      return ModelProto.parseFrom(model).getGraph().getNodeList().stream()
          .map(Coverage::operator)
          .toList();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static ImageBatch changed(ImageBatch batch) {
    if (batch.type() == ElementType.FLOAT32) {
      float[] reals = new float[batch.size()];
      for (int i = 0; i < reals.length; i++) {
        reals[i] = batch.get(i) + 1;
      }
      return ImageBatch.ofFloats(batch.shape(), reals);
    }
    int[] values = new int[batch.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) batch.get(i) ^ 1;
    }
    return ImageBatch.ofIntegers(batch.type() == ElementType.INT8, batch.shape(), values);
  }

  private static ImageBatch flattened(ImageBatch batch) {
    return batch.type() == ElementType.FLOAT32
        ? batch
        : ImageBatch.ofIntegers(
            batch.type() == ElementType.INT8,
            ImmutableList.of(1, batch.size()),
            IntStream.range(0, batch.size()).map(i -> (int) batch.get(i)).toArray());
  }

  /** The first graph, not a small one, in which {@code trial} finds a fault. */
  private static GraphCase firstFailing(Trial trial) {
    for (long seed = 1; ; seed++) {
      GraphCase graph = GraphCase.of(seed, false);
      if (graph.model().getGraph().getNodeCount() > 8 && trial.of(graph) instanceof Failed) {
        return graph;
      }
    }
  }

  private static GraphCase shrunk(Trial trial) {
    return Shrinker.shrink(
        firstFailing(trial), false, smaller -> trial.of(smaller) instanceof Failed);
  }

  @Test
  void wrongValuesAreFoundAndShrunkToTheOperator() {
    Trial trial = new Trial(wrongWith("MaxPool", CampaignTest::changed));
    GraphCase smallest = shrunk(trial);
    assertTrue(trial.of(smallest) instanceof Failed failed && failed.kind().equals("values"));
    assertEquals(List.of("MaxPool"), operators(smallest.model().toByteArray()));
    assertTrue(
        smallest.inputs().values().stream().mapToInt(ImageBatch::size).sum() <= 2,
        GraphText.of(smallest.model()));
  }

  @Test
  void anotherShapeIsFound() {
    Trial trial = new Trial(wrongWith("Pad", CampaignTest::flattened));
    GraphCase smallest = shrunk(trial);
    assertTrue(trial.of(smallest) instanceof Failed failed && failed.kind().equals("shape"));
    assertTrue(operators(smallest.model().toByteArray()).contains("Pad"));
    assertTrue(smallest.model().getGraph().getNodeCount() <= 3, GraphText.of(smallest.model()));
  }

  @Test
  void anExceptionIsAFailure() {
    Campaign campaign =
        new Campaign(
            (model, inputs) -> {
              throw new ArithmeticException("overflow");
            },
            false);
    campaign.run(1, 1);
    assertEquals(1, campaign.failures().size());
    String message = campaign.failures().get(0);
    assertTrue(message.contains("ArithmeticException: overflow"), message);
    assertTrue(message.contains("--against-onnxruntime 1 1"), message);
  }

  @Test
  void aMessageIsARefusal() {
    Campaign campaign =
        new Campaign(
            (model, inputs) -> {
              throw UserException.badInput("node t1", "17 axes", "4 axes", "Use fewer.");
            },
            false);
    campaign.run(GRAPHS, 1);
    assertEquals(List.of(), campaign.failures());
    assertEquals(GRAPHS, campaign.refused());
    assertTrue(campaign.report().contains("40 # axes; expected # axes"), campaign.report());
  }

  @Test
  void graphsAreDrawnAgain() {
    for (long seed = 1; seed < GRAPHS; seed++) {
      GraphCase graph = GraphCase.of(seed, false);
      GraphCase again = GraphCase.of(Choices.replay(graph.drawn()), false);
      assertEquals(graph.model(), again.model());
      assertEquals(graph.contracts(), again.contracts());
    }
  }

  /** Why the campaign cannot compare this operator, which the importer takes. */
  @Test
  void onnxRuntimeHasNoProductOfDomainMicrosoft() {
    OnnxModel model = new OnnxModel(18);
    model.input("x", OnnxModel.UINT8, 1, 2).output("y", OnnxModel.UINT8);
    model.initializer("s", OnnxModel.reals(new long[0], 1));
    model.initializer("z", OnnxModel.integers(OnnxModel.UINT8, new long[0], 0));
    model.initializer("w", OnnxModel.integers(OnnxModel.UINT8, new long[] {2, 1}, 1, 2));
    model.node(
        "com.microsoft",
        "QLinearMatMul",
        List.of("x", "s", "z", "w", "s", "z", "s", "z"),
        List.of("y"));
    ImageBatch x = ImageBatch.ofIntegers(false, ImmutableList.of(1, 2), new int[] {3, 4});
    byte[] bytes = model.build().toByteArray();
    assertThrows(
        OrtException.class, () -> OnnxRuntime.run(bytes, ImmutableMap.of("x", x), OptLevel.NO_OPT));
  }
}
