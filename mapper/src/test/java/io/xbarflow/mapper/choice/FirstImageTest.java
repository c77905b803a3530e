package io.xbarflow.mapper.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Window;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The first image against the recurrence, pixel by pixel and tap by tap. */
final class FirstImageTest {
  @Test
  void followsTheRecurrence() {
    for (int seed = 0; seed < 500; seed++) {
      RandomChain chain = RandomChain.of(seed, 4, 9);
      Random random = new Random(seed);
      ImmutableMap.Builder<String, LayerChoice> layers = ImmutableMap.builder();
      for (Layer.Convolution layer : chain.convolutions()) {
        Shape out = chain.shape(layer.output());
        layers.put(
            layer.name(),
            new LayerChoice(
                new Patch(1 + random.nextInt(out.height()), 1 + random.nextInt(out.width())),
                1 + random.nextInt(4)));
      }
      Choices choices = new Choices(layers.buildOrThrow(), 0, 0, 0);
      assertEquals(
          lastPixel(chain, choices), FirstImage.slots(chain.network(), choices), chain.toString());
    }
  }

  private static long lastPixel(RandomChain chain, Choices choices) {
    long[][] done = new long[9][9];
    Shape in = chain.shape("input");
    for (Layer.Convolution layer : chain.convolutions()) {
      Shape out = chain.shape(layer.output());
      done = convolve(done, in, out, layer.window(), choices.of(layer));
      in = out;
    }
    long last = 0;
    for (int y = 0; y < in.height(); y++) {
      for (int x = 0; x < in.width(); x++) {
        last = Math.max(last, done[y][x]);
      }
    }
    return last;
  }

  private static long[][] convolve(
      long[][] done, Shape in, Shape out, Window window, LayerChoice choice) {
    Patch patch = choice.patch();
    long[][] result = new long[out.height()][out.width()];
    long[] start = new long[out.pixels()];
    int index = 0;
    for (int top = 0; top < out.height(); top += patch.height()) {
      for (int left = 0; left < out.width(); left += patch.width()) {
        long ready = 0;
        int bottom = Math.min(top + patch.height(), out.height());
        int right = Math.min(left + patch.width(), out.width());
        for (int y = top; y < bottom; y++) {
          for (int x = left; x < right; x++) {
            ready = Math.max(ready, ready(done, in, window, y, x));
          }
        }
        start[index] = ready;
        if (index > 0) {
          start[index] = Math.max(start[index], start[index - 1]);
        }
        if (index >= choice.copies()) {
          start[index] = Math.max(start[index], start[index - choice.copies()] + 1);
        }
        for (int y = top; y < bottom; y++) {
          for (int x = left; x < right; x++) {
            result[y][x] = start[index] + 1;
          }
        }
        index++;
      }
    }
    assertTrue(index == patch.count(out));
    return result;
  }

  private static long ready(long[][] done, Shape in, Window window, int y, int x) {
    long ready = 0;
    for (int i = 0; i < window.kernelHeight(); i++) {
      for (int j = 0; j < window.kernelWidth(); j++) {
        int row = y * window.strideHeight() - window.padTop() + i * window.dilationHeight();
        int column = x * window.strideWidth() - window.padLeft() + j * window.dilationWidth();
        if (row >= 0 && row < in.height() && column >= 0 && column < in.width()) {
          ready = Math.max(ready, done[row][column]);
        }
      }
    }
    return ready;
  }
}
