package io.xbarflow.core.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.network.Window;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tensor files, host quantisation and images. */
final class TensorFilesTest {
  private static final Quantisation Q = new Quantisation(0.5f, 3, true);

  @TempDir Path folder;

  @Test
  void npyRoundTrip() {
    ImmutableList<ImageBatch> batches =
        ImmutableList.of(
            ImageBatch.ofFloats(ImmutableList.of(2, 2), new float[] {1.5f, -0f, 3e30f, 4}),
            ImageBatch.ofIntegers(true, ImmutableList.of(3), new int[] {-128, 0, 127}),
            ImageBatch.ofIntegers(false, ImmutableList.of(1, 2), new int[] {0, 255}));
    for (ImageBatch batch : batches) {
      Path file = folder.resolve("a.npy");
      NpyFile.write(file, batch);
      assertEquals(batch, NpyFile.read(file));
    }
  }

  private Path npy(int version, String descr, boolean fortran, String shape, int bytes)
      throws IOException {
    String header =
        "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }\n"
            .formatted(descr, fortran ? "True" : "False", shape);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    out.writeBytes(new byte[] {(byte) header.length(), 0});
    if (version > 1) {
      out.writeBytes(new byte[2]);
    }
    out.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(new byte[bytes]);
    Path file = folder.resolve("b.npy");
    Files.write(file, out.toByteArray());
    return file;
  }

  @Test
  void halvesAreReadAsFloats() throws IOException {
    Path file = npy(1, "<f2", false, "3", 6);
    byte[] bytes = Files.readAllBytes(file);
    byte[] halves = {0, 0x3C, 1, 0, 0, (byte) 0xFC};
    System.arraycopy(halves, 0, bytes, bytes.length - halves.length, halves.length);
    Files.write(file, bytes);
    assertEquals(
        ImageBatch.ofFloats(
            ImmutableList.of(3), new float[] {1, 0x1p-24f, Float.NEGATIVE_INFINITY}),
        NpyFile.read(file));
  }

  @ParameterizedTest
  @CsvSource({"1, |i1", "2, |u1", "3, |i1"})
  void npyVersions(int version, String descr) throws IOException {
    assertEquals(
        ImmutableList.of(2, 3), NpyFile.read(npy(version, descr, false, "2, 3", 6)).shape());
  }

  @ParameterizedTest
  @CsvSource({
    "1, <f8, false, 16, element type <f8",
    "1, >f4, false, 8, element type >f4",
    "1, <f4, true, 8, Fortran order",
    "1, <f4, false, 7, 7 data bytes",
    "4, <f4, false, 8, version 4",
  })
  void npyRefusals(int version, String descr, boolean fortran, int bytes, String message)
      throws IOException {
    Path file = npy(version, descr, fortran, "2,", bytes);
    UserException error = assertThrows(UserException.class, () -> NpyFile.read(file));
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  @Test
  void npyOfGarbage() throws IOException {
    Path file = folder.resolve("c.npy");
    Files.write(file, new byte[] {1, 2});
    assertThrows(UserException.class, () -> NpyFile.read(file));
    assertThrows(UserException.class, () -> NpyFile.read(folder.resolve("none.npy")));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 3",
    "0.25, 3",
    "0.75, 5",
    "-0.25, 3",
    "-0.75, 1",
    "1000, 127",
    "-1e30, -128",
    "Infinity, 127",
    "-Infinity, -128",
    "NaN, -128"
  })
  void quantises(float real, int expected) {
    assertEquals(expected, HostQuantisation.quantise(real, Q));
  }

  @Test
  void dequantisesAndSoftmaxes() {
    assertEquals(-65.5f, HostQuantisation.dequantise(-128, Q));
    assertArrayEquals(
        new float[] {0.5f, 0.25f, 0.5f, 0.75f},
        HostQuantisation.softmax(new float[] {7, 0, 7, (float) Math.log(3)}, 2, 2, false),
        1e-6f);
  }

  private static Network network(boolean channelsLast, boolean floating) {
    Shape shape = new Shape(2, 1, 3);
    ImmutableList<Integer> dims = channelsLast ? ImmutableList.of(3, 2) : ImmutableList.of(2, 1, 3);
    return new Network(
        "m",
        "",
        ImmutableList.of(new Tensor("x", shape, Q), new Tensor("y", shape, Q)),
        ImmutableList.of(
            new Layer.Pool("p", "x", "y", Window.frame(1, 1), Layer.Pool.Kind.MAX, false)),
        ImmutableList.of(new HostTensor("in", "x", dims, channelsLast, floating)),
        ImmutableList.of(new HostTensor("out", "y", dims, channelsLast, floating)));
  }

  @Test
  void layoutsThereAndBack() {
    Network network = network(true, false);
    ImageBatch batch =
        ImageBatch.ofIntegers(
            true, ImmutableList.of(2, 3, 2), new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    ImmutableList<Image> images =
        NetworkImages.toImages(network, network.inputs().get(0), batch, "file");
    assertEquals(2, images.size());
    assertEquals(4, images.get(0).get(1, 0, 1));
    assertArrayEquals(new int[] {1, 3, 5, 2, 4, 6}, images.get(0).toArray());
    assertEquals(batch, NetworkImages.fromImages(network, network.outputs().get(0), images));
  }

  @Test
  void floatsAreQuantised() {
    Network network = network(false, true);
    ImageBatch batch =
        ImageBatch.ofFloats(ImmutableList.of(2, 1, 3), new float[] {0, 0.5f, 1, -0.5f, 9, -9});
    ImmutableList<Image> images =
        NetworkImages.toImages(network, network.inputs().get(0), batch, "file");
    assertArrayEquals(new int[] {3, 4, 5, 2, 21, -15}, images.get(0).toArray());
    ImageBatch back = NetworkImages.fromImages(network, network.outputs().get(0), images);
    assertEquals(ImmutableList.of(1, 2, 1, 3), back.shape());
    assertEquals(9f, back.get(4));
  }

  @Test
  void wrongFilesAreNamed() {
    Network network = network(false, false);
    ImageBatch shape = ImageBatch.ofIntegers(true, ImmutableList.of(1, 6), new int[6]);
    ImageBatch type = ImageBatch.ofIntegers(false, ImmutableList.of(2, 1, 3), new int[6]);
    for (ImageBatch batch : ImmutableList.of(shape, type)) {
      UserException error =
          assertThrows(
              UserException.class,
              () -> NetworkImages.toImages(network, network.inputs().get(0), batch, "in.npy"));
      assertTrue(error.getMessage().startsWith("in.npy: "), error.getMessage());
    }
  }

  @Test
  void randomImagesAreSeeded() {
    Network network = network(false, false);
    assertEquals(RandomImages.of(network, 5, 1), RandomImages.of(network, 5, 1));
    assertNotEquals(RandomImages.of(network, 5, 1), RandomImages.of(network, 5, 2));
    for (int value : RandomImages.of(network, 4, 1).get("in").get(3).toArray()) {
      assertTrue(value == -128 || value == 127);
    }
  }
}
