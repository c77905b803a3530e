package io.xbarflow.testbench.kit;

import static com.google.common.base.Verify.verify;

import com.google.common.primitives.ImmutableIntArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.TreeMap;

/** What came out of the bench: done and column_data in every cycle. */
final class Trace {
  /** The first byte is done, the others are column_data; a key for each change. */
  private final TreeMap<Long, byte[]> changes = new TreeMap<>();

  /** Reads what the bench has written. */
  Trace(byte[] file, int resultBytes) {
    ByteBuffer records = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    verify(file.length > 0, "the bench has written nothing");
    while (records.hasRemaining()) {
      long cycle = records.getLong();
      byte[] outputs = new byte[1 + resultBytes];
      records.get(outputs);
      changes.put(cycle, outputs);
    }
  }

  /** Level of done in {@code cycle}. */
  boolean done(long cycle) {
    return changes.floorEntry(cycle).getValue()[0] != 0;
  }

  /** First cycle from {@code from} to {@code to} in which done has level {@code level}, else -1. */
  long firstDone(long from, long to, boolean level) {
    if (done(from) == level) {
      return from;
    }
    return changes.subMap(from, true, to, true).entrySet().stream()
        .filter(change -> (change.getValue()[0] != 0) == level)
        .mapToLong(change -> change.getKey())
        .findFirst()
        .orElse(-1);
  }

  /** First cycle after {@code from}, up to {@code to}, whose results differ, else -1. */
  long firstChange(MacroCase on, long from, long to) {
    ImmutableIntArray before = columns(on, from);
    return changes.subMap(from, false, to, true).keySet().stream()
        .filter(cycle -> !columns(on, cycle).equals(before))
        .findFirst()
        .orElse(-1L);
  }

  /** The results in {@code cycle}. */
  ImmutableIntArray columns(MacroCase on, long cycle) {
    byte[] outputs = changes.floorEntry(cycle).getValue();
    int bits = on.columnBits();
    int[] columns = new int[on.tile().columns()];
    Arrays.setAll(
        columns,
        column -> {
          long value = 0;
          for (int bit = 0; bit < bits; bit++) {
            int at = column * bits + bit;
            value |= (long) (outputs[1 + at / 8] >> at % 8 & 1) << bit;
          }
          return (int) ((value << (64 - bits)) >> (64 - bits));
        });
    return ImmutableIntArray.copyOf(columns);
  }
}
