package io.xbarflow.examples;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.examples.ReferenceGraph.Shortcut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Networks of known shape and seeded weights on which pipelines are compared. Their files are too
 * large to keep and are written when they are needed, with the same bytes every time.
 */
public final class ReferenceNetworks {
  private static final ImmutableMap<String, Supplier<byte[]>> MODELS =
      ImmutableMap.<String, Supplier<byte[]>>builder()
          .put("resnet8", ReferenceNetworks::resnet8)
          .put("resnet20", () -> cifarResnet("resnet20", 3, Shortcut.IDENTITY))
          .put("resnet32", () -> cifarResnet("resnet32", 5, Shortcut.IDENTITY))
          .put(
              "resnet20_projection",
              () -> cifarResnet("resnet20_projection", 3, Shortcut.PROJECTION))
          .put(
              "resnet32_projection",
              () -> cifarResnet("resnet32_projection", 5, Shortcut.PROJECTION))
          .put("vgg8", ReferenceNetworks::vgg8)
          .put("resnet18", () -> resnet18("resnet18", 224))
          .put("resnet18_256", () -> resnet18("resnet18_256", 256))
          .put("vgg16", ReferenceNetworks::vgg16)
          .put("mobilenet_v1_025", ReferenceNetworks::mobilenet)
          .buildOrThrow();

  private ReferenceNetworks() {}

  /**
   * The names: {@code resnet8} (MLPerf Tiny), {@code resnet20}, {@code resnet32} and {@code vgg8}
   * (CIFAR-10, 32 x 32), {@code resnet18} (224 x 224), {@code resnet18_256} (256 x 256), {@code
   * vgg16} (224 x 224) and {@code mobilenet_v1_025} (MLPerf Tiny, 96 x 96). Around their
   * downsampling blocks {@code resnet20} and {@code resnet32} have shortcuts without weights, as
   * the originals; {@code resnet20_projection}, {@code resnet32_projection} and the other ResNets
   * have 1x1 projections.
   */
  public static ImmutableSet<String> names() {
    return MODELS.keySet();
  }

  /**
   * Writes network {@code name} as an ONNX file in QOperator form, uint8 activations.
   *
   * @throws IOException when the file cannot be written
   */
  public static void write(String name, Path file) throws IOException {
    checkArgument(MODELS.containsKey(name), "network %s, known are %s", name, MODELS.keySet());
    Files.write(file, MODELS.get(name).get());
  }

  /**
   * Writes one network.
   *
   * @param arguments its name and the file
   * @throws IOException when the file cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    checkArgument(arguments.length == 2, "expected a name (one of %s) and a file", MODELS.keySet());
    write(arguments[0], Path.of(arguments[1]));
  }

  private static byte[] resnet8() {
    ReferenceGraph graph = new ReferenceGraph("resnet8", 8, true, 32);
    ReferenceGraph.Map map = graph.convolution("stem", graph.image(), 16, 3, 1, true);
    for (int stage = 1; stage <= 3; stage++) {
      int stride = stage == 1 ? 1 : 2;
      map = graph.basicBlock("stage" + stage, map, 8 << stage, stride, Shortcut.PROJECTION);
    }
    return graph.classify(graph.globalAverage(map), 10);
  }

  private static byte[] cifarResnet(String name, int blocks, Shortcut shortcut) {
    ReferenceGraph graph = new ReferenceGraph(name, blocks, false, 32);
    ReferenceGraph.Map map = graph.convolution("stem", graph.image(), 16, 3, 1, true);
    for (int stage = 1; stage <= 3; stage++) {
      for (int block = 1; block <= blocks; block++) {
        int stride = stage > 1 && block == 1 ? 2 : 1;
        map =
            graph.basicBlock("stage" + stage + "_block" + block, map, 8 << stage, stride, shortcut);
      }
    }
    return graph.classify(graph.globalAverage(map), 10);
  }

  /** ResNet-18 for images of {@code size} rows and columns. */
  static byte[] resnet18(String name, int size) {
    ReferenceGraph graph = new ReferenceGraph(name, 18, false, size);
    ReferenceGraph.Map map = graph.convolution("stem", graph.image(), 64, 7, 2, true);
    map = graph.maxPool("stem_pool", map, 3);
    for (int stage = 1; stage <= 4; stage++) {
      for (int block = 1; block <= 2; block++) {
        int stride = stage > 1 && block == 1 ? 2 : 1;
        map =
            graph.basicBlock(
                "stage" + stage + "_block" + block, map, 32 << stage, stride, Shortcut.PROJECTION);
      }
    }
    return graph.classify(graph.globalAverage(map), 1000);
  }

  private static byte[] vgg8() {
    ReferenceGraph graph = new ReferenceGraph("vgg8", 80, false, 32);
    ReferenceGraph.Map map = graph.image();
    for (int stage = 1; stage <= 3; stage++) {
      map = graph.vggStage(stage, map, 64 << stage, 2);
    }
    return graph.classify(map, 1024, 10);
  }

  private static byte[] vgg16() {
    ReferenceGraph graph = new ReferenceGraph("vgg16", 16, false, 224);
    ReferenceGraph.Map map = graph.image();
    for (int stage = 1; stage <= 5; stage++) {
      map = graph.vggStage(stage, map, Math.min(512, 32 << stage), stage < 3 ? 2 : 3);
    }
    return graph.classify(map, 4096, 4096, 1000);
  }

  private static byte[] mobilenet() {
    ReferenceGraph graph = new ReferenceGraph("mobilenet_v1_025", 25, true, 96);
    ReferenceGraph.Map map = graph.convolution("stem", graph.image(), 8, 3, 2, true);
    int[] outputs = {16, 32, 32, 64, 64, 128, 128, 128, 128, 128, 128, 256, 256};
    for (int block = 1; block <= outputs.length; block++) {
      boolean half = block == 2 || block == 4 || block == 6 || block == 12;
      map = graph.depthwise("block" + block + "_depthwise", map, 3, half ? 2 : 1);
      map = graph.convolution("block" + block + "_pointwise", map, outputs[block - 1], 1, 1, true);
    }
    return graph.classify(graph.globalAverage(map), 2);
  }
}
