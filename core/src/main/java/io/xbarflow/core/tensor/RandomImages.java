package io.xbarflow.core.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Tensor;
import java.util.SplittableRandom;

/** Seeded random inputs: the same images on every machine. */
public final class RandomImages {
  private RandomImages() {}

  /**
   * {@code count} images for every input of {@code network}, by input name. Every fourth image
   * holds only the least and greatest value, to reach the ends of the accumulators.
   *
   * <p>Range: the whole range of the input's type.
   */
  public static ImmutableMap<String, ImmutableList<Image>> of(
      Network network, int count, long seed) {
    checkArgument(count > 0, "count %s", count);
    SplittableRandom random = new SplittableRandom(seed);
    ImmutableMap.Builder<String, ImmutableList<Image>> inputs = ImmutableMap.builder();
    for (HostTensor input : network.inputs()) {
      Tensor tensor = network.tensor(input.tensor());
      int min = tensor.quantisation().min();
      int max = tensor.quantisation().max();
      ImmutableList.Builder<Image> images = ImmutableList.builder();
      for (int image = 0; image < count; image++) {
        int[] values = new int[tensor.shape().size()];
        for (int i = 0; i < values.length; i++) {
          values[i] =
              image % 4 == 3
                  ? random.nextInt(2) == 0 ? min : max
                  : min + random.nextInt(max - min + 1);
        }
        images.add(Image.of(tensor.shape(), values));
      }
      inputs.put(input.name(), images.build());
    }
    return inputs.buildOrThrow();
  }
}
