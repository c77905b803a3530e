package io.xbarflow.examples.shapes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.core.tensor.ImageBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed images are those that the program draws. */
final class ShapesExampleTest {
  private static final Path EXAMPLE =
      Path.of(System.getProperty("xbarflow.root", ".."), "examples/shapes");
  private static final long MOST_BYTES = 1_500_000;

  @Test
  void drawnAgainTheFilesHaveTheSameBytes(@TempDir Path folder) throws IOException {
    ShapesExample.main(new String[] {folder.toString()});
    for (String name :
        new String[] {"images.npy", "labels.csv", "calibration.npy", "classes.txt"}) {
      assertArrayEquals(
          Files.readAllBytes(EXAMPLE.resolve(name)),
          Files.readAllBytes(folder.resolve(name)),
          name);
    }
    assertTrue(Files.size(folder.resolve("images.png")) > 1000);
  }

  @Test
  void otherSeedsGiveOtherImages(@TempDir Path folder) throws IOException {
    ShapesExample.main(new String[] {folder.toString(), "20", "77"});
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(2, files.count());
    }
    ShapeImages other = ShapeImages.draw(20, 77);
    ShapeImages same = ShapeImages.draw(20, 77);
    assertEquals(other, same);
    assertNotEquals(other.images(), ShapeImages.draw(20, 78).images());
    assertEquals(ShapesExample.labels(other), Files.readString(folder.resolve("labels.csv")));
  }

  @Test
  void everyTenImagesShowTheTenClasses() {
    List<Integer> labels = ShapesExample.test().labels();
    for (int start = 0; start < labels.size(); start += 10) {
      assertEquals(10, labels.subList(start, start + 10).stream().distinct().count());
    }
    assertNotEquals(labels.subList(0, 10), labels.subList(10, 20));
    assertThrows(IllegalArgumentException.class, () -> ShapeImages.draw(15, 1));
  }

  @Test
  void pixelsAreWholePartsOfWhiteAndShapesStandOut() {
    ImageBatch images = ShapesExample.test().images();
    int pixels = ShapeImages.SIZE * ShapeImages.SIZE;
    for (int i = 0; i < images.size(); i++) {
      int level = Math.round(images.get(i) * 255);
      assertEquals(level / 255f, images.get(i));
      assertTrue(level >= 0 && level <= 255, "level " + level);
    }
    for (int image = 0; image < images.size() / pixels; image++) {
      double sum = 0;
      double squares = 0;
      for (int i = image * pixels; i < (image + 1) * pixels; i++) {
        sum += images.get(i);
        squares += (double) images.get(i) * images.get(i);
      }
      double variance = (squares / pixels) - (sum / pixels * sum / pixels);
      assertTrue(variance > 0.05 * 0.05, "image " + image + " has variance " + variance);
    }
  }

  @Test
  void noCalibrationImageIsATestImage() {
    int pixels = ShapeImages.SIZE * ShapeImages.SIZE;
    assertTrue(
        Collections.disjoint(
            rows(ShapesExample.test().images(), pixels),
            rows(ShapesExample.calibration().images(), pixels)));
  }

  private static List<List<Float>> rows(ImageBatch images, int pixels) {
    return Stream.iterate(0, start -> start < images.size(), start -> start + pixels)
        .map(
            start ->
                Stream.iterate(start, i -> i < start + pixels, i -> i + 1)
                    .map(images::get)
                    .toList())
        .toList();
  }

  @Test
  void theFolderIsSmall() throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(EXAMPLE)) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    assertTrue(bytes < MOST_BYTES, bytes + " bytes");
  }
}
