package io.xbarflow.sim.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.onnx.OnnxTensorFile;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NetworkImages;
import io.xbarflow.core.tensor.NpyFile;
import io.xbarflow.testsupport.NeedsThirdPartyModels;
import io.xbarflow.testsupport.ThirdPartyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The golden model against stored ONNX Runtime outputs of networks and operators. */
@NeedsThirdPartyModels
final class ThirdPartyNetworksTest {
  /** Operator cases that the importer accepted when this was written. */
  private static final int LEAST_CASES = 38;

  @ParameterizedTest
  @CsvSource({
    "resnet8_cifar10, model.qop_i8.onnx, input_i8, qop_i8, 50",
    "resnet8_cifar10, model.qop.onnx, input_f32, qop_logits, 50",
    "resnet8_cifar10, model.qdq.onnx, input_f32, qop_logits, 50",
    "mnist8, model.qop_u8s8.onnx, input_f32, qop_u8s8, 50",
    "mnist8, model.qdq_u8s8.onnx, input_f32, qdq_u8s8, 50",
    "magic_wand, model.qop_i8.onnx, input_i8, qop_i8, 2",
    "magic_wand, model.qop.onnx, input_f32, qop_logits, 2",
    "magic_wand, model.qdq.onnx, input_f32, qop_logits, 2",
    "fcae_ad, model.qop_i8.onnx, input_i8, qop_i8, 18",
    "fcae_ad, model.qop.onnx, input_f32, qop_logits, 18",
    "fcae_ad, model.qdq.onnx, input_f32, qop_logits, 18",
    "dscnn_kws, model.qop_i8.onnx, input_i8, qop_i8, 112",
    "dscnn_kws, model.qop.onnx, input_f32, qop_logits, 112",
    "dscnn_kws, model.qdq.onnx, input_f32, qop_logits, 112",
    "person_detect, model.qop_i8.onnx, input_i8, qop_i8, 2",
    "person_detect, model.qop.onnx, input_f32, qop_logits, 2",
    "person_detect, model.qdq.onnx, input_f32, qop_logits, 2",
    "hps_shared, model.qop_i8.onnx, input_i8, qop_i8, 5",
    "hps_shared, model.qop.onnx, input_f32, qop_logits, 5",
    "hps_shared, model.qdq.onnx, input_f32, qop_logits, 5",
    "mobilenetv2-12-int8_zoo, model.qop.onnx, input_f32, qop, 1",
    "mobilenetv2-12-int8_zoo, model.qdq.onnx, input_f32, qop, 1",
  })
  void equalsOnnxRuntime(String name, String model, String inputs, String expected, int count)
      throws IOException {
    Path root = ThirdPartyModels.resolve("cnn").resolve(name);
    Network network = OnnxImport.read(root.resolve(model));
    List<Path> files = files(root.resolve(inputs));
    assertEquals(count, files.size());
    HostTensor input = network.inputs().get(0);
    List<ImmutableMap<String, Image>> images = new ArrayList<>();
    for (Path file : files) {
      images.add(
          ImmutableMap.of(
              input.tensor(),
              NetworkImages.toImages(network, input, NpyFile.read(file), file.toString()).get(0)));
    }
    List<ImmutableMap<String, Image>> results = new GoldenModel(network).runAll(images, 2);
    HostTensor output =
        network.outputs().stream().filter(host -> host.steps().isEmpty()).findFirst().orElseThrow();
    for (int i = 0; i < count; i++) {
      String file = files.get(i).getFileName().toString();
      ImageBatch want = NpyFile.read(root.resolve("expected").resolve(expected).resolve(file));
      Image got = results.get(i).get(output.tensor());
      assertSame(want, NetworkImages.fromImages(network, output, List.of(got)), name + " " + file);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "resnet8_cifar10, qop_i8_cfu_cat, 15",
    "magic_wand, qop_i8_ring, 7",
    "person_detect, qop_i8_person, 30",
    "dscnn_kws, qop_i8_cfu_no_3, 12"
  })
  void everyTensorEqualsOnnxRuntime(String name, String stored, int count, @TempDir Path temporary)
      throws IOException {
    Path root = ThirdPartyModels.resolve("cnn").resolve(name);
    Network network = OnnxImport.read(root.resolve("model.qop_i8.onnx"));
    HostTensor input = network.inputs().get(0);
    Path file = root.resolve("input_i8").resolve(stored.substring("qop_i8_".length()) + ".npy");
    ImmutableMap<String, Image> results =
        new GoldenModel(network)
            .run(
                ImmutableMap.of(
                    input.tensor(),
                    NetworkImages.toImages(network, input, NpyFile.read(file), file.toString())
                        .get(0)));
    int entries = 0;
    List<String> absent = new ArrayList<>();
    try (ZipFile zip = new ZipFile(root.resolve("layers_" + stored + ".npz").toFile())) {
      for (ZipEntry entry : ImmutableList.copyOf(zip.entries().asIterator())) {
        entries++;
        Path copy = temporary.resolve("layer.npy");
        Files.write(copy, zip.getInputStream(entry).readAllBytes());
        ImageBatch want = NpyFile.read(copy);
        String tensor = entry.getName().replace(".npy", "");
        Image got = results.get(tensor);
        if (got == null) {
          absent.add(tensor);
          continue;
        }
        assertEquals(want.size(), got.shape().size(), tensor);
        for (int i = 0; i < want.size(); i++) {
          assertEquals((int) want.get(i), got.get(i), tensor + " value " + i);
        }
      }
    }
    // At most one: the view that a Reshape gives, which the network has under its source's name.
    assertTrue(absent.size() <= 1, "not in the network: " + absent);
    assertEquals(count, entries);
  }

  @Test
  void operatorCasesEqualOnnxRuntime() throws IOException {
    List<String> ran = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (Path folder : files(ThirdPartyModels.resolve("op"))) {
      Path model = folder.resolve("model.onnx");
      if (!Files.exists(model)) {
        continue;
      }
      Network network;
      try {
        network = OnnxImport.read(model);
      } catch (UserException e) {
        continue;
      }
      try {
        run(folder, network);
        ran.add(folder.getFileName().toString());
      } catch (AssertionError | RuntimeException e) {
        wrong.add(folder.getFileName() + ": " + e);
      }
    }
    assertEquals(List.of(), wrong, "equal are " + ran);
    assertTrue(ran.size() >= LEAST_CASES, "equal are " + ran);
  }

  private static void run(Path folder, Network network) throws IOException {
    Path set = folder.resolve("test_data_set_0");
    boolean pb = Files.isDirectory(set);
    List<ImmutableList<Image>> images = new ArrayList<>();
    for (int i = 0; i < network.inputs().size(); i++) {
      Path file = pb ? set.resolve("input_" + i + ".pb") : folder.resolve("input_" + i + ".npy");
      images.add(
          NetworkImages.toImages(network, network.inputs().get(i), read(file), file.toString()));
    }
    List<Image> outputs = new ArrayList<>();
    HostTensor output = network.outputs().get(0);
    GoldenModel golden = new GoldenModel(network);
    for (int image = 0; image < images.get(0).size(); image++) {
      ImmutableMap.Builder<String, Image> inputs = ImmutableMap.builder();
      for (int i = 0; i < network.inputs().size(); i++) {
        inputs.put(network.inputs().get(i).tensor(), images.get(i).get(image));
      }
      outputs.add(golden.run(inputs.buildOrThrow()).get(output.tensor()));
    }
    Path file = pb ? set.resolve("output_0.pb") : folder.resolve("expected/output_0.npy");
    assertSame(read(file), NetworkImages.fromImages(network, output, outputs), folder.toString());
  }

  private static ImageBatch read(Path file) {
    return file.toString().endsWith(".pb") ? OnnxTensorFile.read(file) : NpyFile.read(file);
  }

  private static void assertSame(ImageBatch want, ImageBatch got, String message) {
    assertEquals(want.type(), got.type(), message);
    assertEquals(want.size(), got.size(), message);
    for (int i = 0; i < want.size(); i++) {
      assertEquals(want.get(i), got.get(i), message + " value " + i);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
