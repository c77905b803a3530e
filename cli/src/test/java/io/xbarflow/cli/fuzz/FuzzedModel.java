package io.xbarflow.cli.fuzz;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A seed and what is done to it; equal values give equal bytes.
 *
 * @param base number of the seed model
 * @param steps of every change the seed of the random numbers that choose it
 * @param damage the seed of the random numbers that damage the bytes, 0 for none
 */
record FuzzedModel(int base, ImmutableList<Long> steps, long damage) {

  /** The model that {@code seed} stands for. */
  static FuzzedModel of(long seed) {
    Random random = new Random(seed);
    random.nextLong();
    int base = random.nextInt(Seeds.ALL.size());
    int count = 1 + random.nextInt(1 + random.nextInt(4));
    List<Long> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      steps.add(random.nextLong());
    }
    long damage = random.nextInt(12) == 0 ? random.nextLong() : 0;
    return new FuzzedModel(base, ImmutableList.copyOf(steps), damage);
  }

  byte[] bytes() {
    ModelProto model = Seeds.ALL.get(base);
    for (long step : steps) {
      model = changed(model, new Random(step));
    }
    byte[] bytes = model.toByteArray();
    return damage == 0 ? bytes : damaged(bytes, new Random(damage));
  }

  private static ModelProto changed(ModelProto model, Random random) {
    random.nextLong();
    if (random.nextInt(40) == 0) {
      return model.toBuilder()
          .setOpsetImport(0, OperatorSetIdProto.newBuilder().setVersion(Extremes.integer(random)))
          .build();
    }
    Mutation[] all = Mutation.values();
    return all[random.nextInt(all.length)].apply(model, random);
  }

  private static byte[] damaged(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    byte[] result = bytes.clone();
    switch (random.nextInt(3)) {
      case 0 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 1 -> result[at] ^= (byte) (1 << random.nextInt(8));
      default -> random.ints(8, 0, bytes.length).forEach(i -> result[i] = (byte) random.nextInt());
    }
    return result;
  }

  /** The same with one thing less done, in all ways. */
  List<FuzzedModel> smaller() {
    List<FuzzedModel> smaller = new ArrayList<>();
    if (damage != 0) {
      smaller.add(new FuzzedModel(base, steps, 0));
    }
    for (int left = 0; left < steps.size(); left++) {
      List<Long> rest = new ArrayList<>(steps);
      rest.remove(left);
      smaller.add(new FuzzedModel(base, ImmutableList.copyOf(rest), damage));
    }
    return smaller;
  }
}
