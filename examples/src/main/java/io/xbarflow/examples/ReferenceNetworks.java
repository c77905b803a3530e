package io.xbarflow.examples;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.examples.IntegerGraph.Window;
import io.xbarflow.examples.ReferenceGraph.Inception;
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
          .put("resnet50", ReferenceNetworks::resnet50)
          .put("vgg16", ReferenceNetworks::vgg16)
          .put("mobilenet_v1_025", () -> mobilenetV1("mobilenet_v1_025", 25, 8, 96, 2))
          .put("mobilenet_v1", () -> mobilenetV1("mobilenet_v1", 1, 32, 224, 1000))
          .put("mobilenet_v2", ReferenceNetworks::mobilenetV2)
          .put("squeezenet", ReferenceNetworks::squeezenet)
          .put("densenet121", ReferenceNetworks::densenet121)
          .put("inception_v1", ReferenceNetworks::inceptionV1)
          .buildOrThrow();

  private ReferenceNetworks() {}

  /**
   * The names: {@code resnet8} (MLPerf Tiny), {@code resnet20}, {@code resnet32} and {@code vgg8}
   * (CIFAR-10, 32 x 32), {@code resnet18_256} (256 x 256), {@code mobilenet_v1_025} (MLPerf Tiny,
   * 96 x 96), and at 224 x 224 {@code resnet18}, {@code resnet50} (stride in the 3x3 convolutions),
   * {@code vgg16}, {@code mobilenet_v1}, {@code mobilenet_v2}, {@code squeezenet} (1.1), {@code
   * densenet121} and {@code inception_v1} (GoogLeNet). Around their downsampling blocks {@code
   * resnet20} and {@code resnet32} have shortcuts without weights, as the originals; {@code
   * resnet20_projection}, {@code resnet32_projection} and the other ResNets have 1x1 projections.
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

  private static byte[] resnet50() {
    ReferenceGraph graph = new ReferenceGraph("resnet50", 50, false, 224);
    ReferenceGraph.Map map = graph.convolution("stem", graph.image(), 64, 7, 2, true);
    map = graph.maxPool("stem_pool", map, new Window(3, 2, 1, 1), ReferenceGraph.PEAK);
    int[] blocks = {3, 4, 6, 3};
    for (int stage = 1; stage <= 4; stage++) {
      for (int block = 1; block <= blocks[stage - 1]; block++) {
        int stride = stage > 1 && block == 1 ? 2 : 1;
        map = graph.bottleneck("stage" + stage + "_block" + block, map, 32 << stage, stride);
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

  private static byte[] mobilenetV1(String name, long seed, int width, int size, int classes) {
    ReferenceGraph graph = new ReferenceGraph(name, seed, true, size);
    ReferenceGraph.Map map = graph.convolution("stem", graph.image(), width, 3, 2, true);
    int[] outputs = {2, 4, 4, 8, 8, 16, 16, 16, 16, 16, 16, 32, 32};
    for (int block = 1; block <= outputs.length; block++) {
      boolean half = block == 2 || block == 4 || block == 6 || block == 12;
      map = graph.depthwise("block" + block + "_depthwise", map, 3, half ? 2 : 1);
      int channels = width * outputs[block - 1];
      map = graph.convolution("block" + block + "_pointwise", map, channels, 1, 1, true);
    }
    return graph.classify(graph.globalAverage(map), classes);
  }

  private static byte[] mobilenetV2() {
    ReferenceGraph graph = new ReferenceGraph("mobilenet_v2", 2, false, 224);
    ReferenceGraph.Map map = graph.convolution("stem", graph.image(), 32, 3, 2, true);
    int[] outputs = {16, 24, 32, 64, 96, 160, 320};
    int[] blocks = {1, 2, 3, 4, 3, 3, 1};
    for (int stage = 1; stage <= outputs.length; stage++) {
      for (int block = 1; block <= blocks[stage - 1]; block++) {
        boolean half = block == 1 && (stage == 2 || stage == 3 || stage == 4 || stage == 6);
        map =
            graph.invertedResidual(
                "stage" + stage + "_block" + block,
                map,
                stage == 1 ? 1 : 6,
                outputs[stage - 1],
                half ? 2 : 1);
      }
    }
    map = graph.convolution("head", map, 1280, 1, 1, true);
    return graph.classify(graph.globalAverage(map), 1000);
  }

  private static byte[] squeezenet() {
    ReferenceGraph graph = new ReferenceGraph("squeezenet", 11, false, 224);
    Window halving = new Window(3, 2, 0, 0);
    ReferenceGraph.Map map = graph.convolution("conv1", graph.image(), 64, halving);
    map = graph.maxPool("pool1", map, halving, ReferenceGraph.PEAK);
    int[] squeezed = {16, 16, 32, 32, 48, 48, 64, 64};
    for (int fire = 2; fire <= 9; fire++) {
      map = graph.fire("fire" + fire, map, squeezed[fire - 2], 4 * squeezed[fire - 2]);
      if (fire == 3 || fire == 5) {
        map = graph.maxPool("pool" + fire, map, halving, ReferenceGraph.ALIKE);
      }
    }
    map = graph.convolution("conv10", map, 1000, 1, 1, true);
    return graph.output(graph.globalAverage(map));
  }

  private static byte[] densenet121() {
    ReferenceGraph graph = new ReferenceGraph("densenet121", 121, false, 224);
    ReferenceGraph.Map map = graph.convolution("stem", graph.image(), 64, 7, 2, true);
    map = graph.maxPool("stem_pool", map, new Window(3, 2, 1, 1), ReferenceGraph.PEAK);
    int[] layers = {6, 12, 24, 16};
    for (int block = 1; block <= 4; block++) {
      map = graph.denseBlock("block" + block, map, layers[block - 1], 32);
      map = block < 4 ? graph.transition("transition" + block, map) : map;
    }
    return graph.classify(graph.globalAverage(map), 1000);
  }

  private static byte[] inceptionV1() {
    ReferenceGraph graph = new ReferenceGraph("inception_v1", 1, false, 224);
    // As pooling that rounds up: the last window leaves the map by one pixel.
    Window halving = new Window(3, 2, 0, 1);
    ReferenceGraph.Map map = graph.convolution("conv1", graph.image(), 64, 7, 2, true);
    map = graph.maxPool("pool1", map, halving, ReferenceGraph.PEAK);
    map = graph.convolution("conv2_reduce", map, 64, 1, 1, true);
    map = graph.convolution("conv2", map, 192, 3, 1, true);
    map = graph.maxPool("pool2", map, halving, ReferenceGraph.ALIKE);
    map = graph.inception("inception3a", map, new Inception(64, 96, 128, 16, 32, 32));
    map = graph.inception("inception3b", map, new Inception(128, 128, 192, 32, 96, 64));
    map = graph.maxPool("pool3", map, halving, ReferenceGraph.ALIKE);
    map = graph.inception("inception4a", map, new Inception(192, 96, 208, 16, 48, 64));
    map = graph.inception("inception4b", map, new Inception(160, 112, 224, 24, 64, 64));
    map = graph.inception("inception4c", map, new Inception(128, 128, 256, 24, 64, 64));
    map = graph.inception("inception4d", map, new Inception(112, 144, 288, 32, 64, 64));
    map = graph.inception("inception4e", map, new Inception(256, 160, 320, 32, 128, 128));
    map = graph.maxPool("pool4", map, halving, ReferenceGraph.ALIKE);
    map = graph.inception("inception5a", map, new Inception(256, 160, 320, 32, 128, 128));
    map = graph.inception("inception5b", map, new Inception(384, 192, 384, 48, 128, 128));
    return graph.classify(graph.globalAverage(map), 1000);
  }
}
