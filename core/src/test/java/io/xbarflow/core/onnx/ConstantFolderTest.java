package io.xbarflow.core.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.diagnostic.UserException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What nodes of stored tensors give: dimensions, types and values, as ONNX defines them. */
final class ConstantFolderTest {
  /** Converts all nodes of {@code graph}; gives the stored tensor that "z" stands for. */
  private static Constant folded(TestGraph graph) {
    Graph read = Graph.of(graph.output("z").model());
    Assembly assembly = new Assembly(read);
    read.nodes().forEach(node -> Operators.convert(node, assembly));
    return assembly.constant(
        new Node(
            "reader", "", "Identity", ImmutableList.of("z"), ImmutableList.of(), ImmutableMap.of()),
        0);
  }

  private static void assertIntegers(
      OnnxType type, ImmutableList<Integer> dims, Constant result, long... values) {
    assertEquals(type, result.type());
    assertEquals(dims, result.dims());
    assertArrayEquals(
        values, IntStream.range(0, result.size()).mapToLong(result::integer).toArray());
  }

  private static void assertReals(ImmutableList<Integer> dims, Constant result, float... values) {
    assertEquals(OnnxType.FLOAT, result.type());
    assertEquals(dims, result.dims());
    float[] reals = new float[result.size()];
    for (int i = 0; i < reals.length; i++) {
      reals[i] = result.real(i);
    }
    assertArrayEquals(values, reals);
  }

  @Test
  void operandsAreRepeatedAlongAxesOfOne() {
    // [2, 1] + [3]: every sum of both.
    TestGraph graph =
        new TestGraph()
            .longs("a", 10, 20)
            .longs("column", 2, 1)
            .node("Reshape", "a,column", "a2")
            .longs("b", 1, 2, 3);
    Constant sum = folded(graph.node("Add", "a2,b", "z"));
    assertIntegers(OnnxType.INT64, ImmutableList.of(2, 3), sum, 11, 12, 13, 21, 22, 23);
  }

  @Test
  void integersKeepTheLowestBits() {
    assertIntegers(
        OnnxType.INT32,
        ImmutableList.of(1),
        folded(new TestGraph().ints("a", 6, Integer.MAX_VALUE, 0, 1).node("Add", "a,a", "z")),
        -2);
    assertIntegers(
        OnnxType.UINT8,
        ImmutableList.of(1),
        folded(new TestGraph().ints("a", 2, 200, 0, 1).node("Add", "a,a", "z")),
        144);
    assertIntegers(
        OnnxType.INT8,
        ImmutableList.of(1),
        folded(new TestGraph().ints("a", 3, 100, 0, 1).node("Mul", "a,a", "z")),
        16);
  }

  @Test
  void integerQuotientsGoTowardsZero() {
    assertIntegers(
        OnnxType.INT64,
        ImmutableList.of(2),
        folded(new TestGraph().longs("a", 7, -7).longs("b", 2).node("Div", "a,b", "z")),
        3,
        -3);
  }

  @Test
  void realsAreRoundedAfterEachOperation() {
    float tenth = 0.1f;
    assertReals(
        ImmutableList.of(),
        folded(
            new TestGraph()
                .real("a", tenth)
                .real("b", 3)
                .node("Mul", "a,b", "p")
                .node("Sqrt", "p", "r")
                .node("Reciprocal", "r", "z")),
        1 / (float) Math.sqrt(tenth * 3));
  }

  @Test
  void castDropsTheFraction() {
    assertIntegers(
        OnnxType.INT8,
        ImmutableList.of(),
        folded(
            new TestGraph().real("a", -2.9f).node("Cast", "a", "z", TestGraph.attribute("to", 3))),
        -2);
    assertIntegers(
        OnnxType.UINT8,
        ImmutableList.of(1),
        folded(
            new TestGraph().longs("a", 300).node("Cast", "a", "z", TestGraph.attribute("to", 2))),
        44);
  }

  @Test
  void castOfWhatTheTypeDoesNotHoldIsRefused() {
    TestGraph graph =
        new TestGraph().real("a", 128).node("Cast", "a", "z", TestGraph.attribute("to", 3));
    String message = assertThrows(UserException.class, () -> folded(graph)).getMessage();
    assertTrue(message.contains("Cast of 128.0 to int8"), message);
  }

  @Test
  void partsAreJoinedAlongAnyAxis() {
    // [2, 3] of 0 to 5 beside itself from the second column on.
    TestGraph graph =
        new TestGraph()
            .ints("a", 7, 0, 1, 2, 3)
            .longs("one", 1)
            .longs("end", Integer.MAX_VALUE)
            .node("Slice", "a,one,end,one", "s")
            .node("Concat", "a,s", "z", TestGraph.attribute("axis", -1));
    assertIntegers(
        OnnxType.INT64, ImmutableList.of(2, 5), folded(graph), 0, 1, 2, 1, 2, 3, 4, 5, 4, 5);
  }

  @Test
  void gatherPutsTheIndicesInThePlaceOfTheAxis() {
    TestGraph graph =
        new TestGraph()
            .ints("a", 7, 0, 1, 2, 3)
            .ints("i", 7, -1, 0, 1, 1)
            .node("Gather", "a,i", "z", TestGraph.attribute("axis", 1));
    assertIntegers(OnnxType.INT64, ImmutableList.of(2, 1, 1), folded(graph), 2, 5);
  }

  @Test
  void splitGivesEveryPart() {
    TestGraph graph =
        new TestGraph()
            .ints("a", 7, 0, 1, 2, 3)
            .longs("sizes", 1, 2)
            .node("Split", "a,sizes", "y,z", TestGraph.attribute("axis", 1));
    assertIntegers(OnnxType.INT64, ImmutableList.of(2, 2), folded(graph), 1, 2, 4, 5);
  }

  @Test
  void dequantisedTensorsAreOperands() {
    // Per channel: (0 - 0) / 2, (3 - 1) / 4; then a bound.
    TestGraph graph =
        new TestGraph()
            .ints("q", 3, 0, 3, 2)
            .real("s1", 0.5f)
            .real("s2", 0.25f)
            .longs("one", 1)
            .node("Reshape", "s1,one", "s3")
            .node("Reshape", "s2,one", "s4")
            .node("Concat", "s3,s4", "s", TestGraph.attribute("axis", 0))
            .ints("p", 3, 0, 1, 2)
            .node("DequantizeLinear", "q,s,p", "f", TestGraph.attribute("axis", 0))
            .real("low", 0.25f)
            .node("Clip", "f,low", "z");
    assertReals(ImmutableList.of(2), folded(graph), 0.25f, 0.5f);
  }

  @Test
  void operandsThatDoNotFitAreRefused() {
    TestGraph graph = new TestGraph().longs("a", 1, 2).longs("b", 1, 2, 3).node("Add", "a,b", "z");
    String message = assertThrows(UserException.class, () -> folded(graph)).getMessage();
    assertTrue(message.contains("operands of dimensions [[2], [3]]"), message);
  }
}
