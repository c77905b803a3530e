package io.xbarflow.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.sim.golden.GoldenModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network of ImageNet's size. */
final class LargeNetworkTest {
  @TempDir Path folder;

  @Test
  void resnet18EqualsOnnxRuntime() throws IOException, OrtException {
    try (LargeNetwork resnet18 = new LargeNetwork("resnet18", true, 2, 4, folder)) {
      GoldenModel golden = new GoldenModel(resnet18.network());
      String output = resnet18.output();
      List<ImmutableMap<String, Image>> one = golden.runAll(resnet18.images(), output::equals, 1);
      List<byte[]> expected = resnet18.runtimeOutputs();
      Set<Integer> values = new HashSet<>();
      for (int image = 0; image < expected.size(); image++) {
        assertEquals(ImmutableSet.of(output), one.get(image).keySet());
        int[] got = one.get(image).get(output).toArray();
        byte[] bytes = new byte[got.length];
        for (int i = 0; i < got.length; i++) {
          bytes[i] = (byte) got[i];
          values.add(got[i]);
        }
        assertArrayEquals(expected.get(image), bytes, "image " + image);
      }
      assertTrue(values.size() > 100, "distinct values " + values.size());

      assertEquals(one, golden.runAll(resnet18.images(), output::equals, 2));
      assertEquals(one, golden.runAll(resnet18.images(), output::equals, 3));
      assertEquals(
          one.subList(0, 1), golden.runAll(resnet18.images().subList(0, 1), output::equals, 2));
      ImmutableMap<String, Image> every = golden.run(resnet18.images().get(3));
      assertEquals(resnet18.network().tensorsByName().keySet(), every.keySet());
      assertEquals(one.get(3).get(output), every.get(output));
      assertEquals(ImmutableList.of(every), golden.runAll(resnet18.images().subList(3, 4), 2));
    }
  }
}
