package io.xbarflow.cli.reports;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values of a {@code .npy} file in its order, whatever their type.
 *
 * @param type as NumPy writes it, for example {@code <f4}
 * @param values exact, but for int64 beyond 2^53
 */
record NumpyValues(String type, double[] values) {
  private static final Pattern TYPE = Pattern.compile("'descr': '([^']*)'");
  private static final int PREAMBLE = 10;
  private static final int HALF_FRACTION = 1024;
  private static final int HALF_EXPONENTS = 31;

  static NumpyValues read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int start = PREAMBLE + bytes.getShort(PREAMBLE - 2);
    Matcher type = TYPE.matcher(new String(bytes.array(), 0, start, ISO_8859_1));
    if (!type.find()) {
      throw new IOException("no type in " + file);
    }
    ByteBuffer data = bytes.position(start).slice().order(ByteOrder.LITTLE_ENDIAN);
    String name = type.group(1);
    double[] values = new double[data.remaining() / (name.charAt(2) - '0')];
    Arrays.setAll(values, i -> value(data, name));
    return new NumpyValues(name, values);
  }

  private static double value(ByteBuffer data, String type) {
    return switch (type.substring(1)) {
      case "f4" -> data.getFloat();
      case "f8" -> data.getDouble();
      case "f2" -> half(data.getShort());
      case "i1" -> data.get();
      case "u1", "b1" -> data.get() & 0xFF;
      case "i4" -> data.getInt();
      case "i8" -> data.getLong();
      default -> throw new IllegalArgumentException(type);
    };
  }

  private static double half(short bits) {
    int exponent = bits >> 10 & HALF_EXPONENTS;
    int fraction = bits & (HALF_FRACTION - 1);
    double size =
        exponent == 0
            ? Math.scalb((double) fraction, -24)
            : exponent == HALF_EXPONENTS
                ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
                : Math.scalb((double) (fraction + HALF_FRACTION), exponent - 25);
    return bits < 0 ? -size : size;
  }

  /** How many values of {@code other}, which has as many, are different. */
  int differences(NumpyValues other) {
    int differences = 0;
    for (int i = 0; i < values.length; i++) {
      boolean same =
          values[i] == other.values[i]
              || (Double.isNaN(values[i]) && Double.isNaN(other.values[i]));
      differences += same ? 0 : 1;
    }
    return differences;
  }
}
