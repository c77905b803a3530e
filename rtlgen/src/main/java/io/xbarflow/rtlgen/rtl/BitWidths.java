package io.xbarflow.rtlgen.rtl;

import static com.google.common.base.Preconditions.checkArgument;

/** Widths of counters and constants in Verilog. */
final class BitWidths {
  private BitWidths() {}

  /** Bits of a counter with {@code values} values: at least 1 and at least log2(values). */
  static int counter(long values) {
    checkArgument(values > 0, "values %s", values);
    return Math.max(1, 64 - Long.numberOfLeadingZeros(values - 1));
  }

  /** Bits of the greatest value of an unsigned number. */
  static int unsigned(long greatest) {
    return Math.max(1, 64 - Long.numberOfLeadingZeros(greatest));
  }

  /** Bits of a signed number that holds {@code value}. */
  static int signed(long value) {
    return 65 - Long.numberOfLeadingZeros(value < 0 ? ~value : value);
  }

  /** {@code value} as a sized signed Verilog literal. */
  static String literal(int bits, long value) {
    return value < 0 ? "-" + bits + "'sd" + -value : bits + "'sd" + value;
  }

  /** The low {@code bits} bits of {@code value} as a string of binary digits. */
  static String binary(int bits, long value) {
    StringBuilder digits = new StringBuilder(bits);
    for (int bit = bits - 1; bit >= 0; bit--) {
      digits.append(bit > 63 ? (value < 0 ? '1' : '0') : ((value >> bit) & 1) == 1 ? '1' : '0');
    }
    return digits.toString();
  }

  /** A number given in binary digits as a sized hexadecimal Verilog literal. */
  static String hexadecimal(String binary) {
    String digits = new java.math.BigInteger(binary, 2).toString(16);
    return binary.length() + "'h" + "0".repeat((binary.length() + 3) / 4 - digits.length())
        + digits;
  }
}
