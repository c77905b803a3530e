package io.xbarflow.rtlgen.arithmetic;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.google.common.io.Resources;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rounding cells under Icarus against their Java twins, and their lint. */
final class RoundingCellsTest {
  private static final int VECTORS = 4000;

  @TempDir Path folder;

  private record Case(int productBits, RoundHalfEven rounding) {
    String parameters() {
      return String.format(
          ".PRODUCT_BITS(%d), .FRACTION_BITS(%d), .OUT_LOW(%d), .OUT_HIGH(%d), .ZERO_POINT(%d),"
              + " .FLOAT_WINDOW(%d), .WINDOW(%d'd%d)",
          productBits,
          rounding.fractionBits(),
          rounding.low(),
          rounding.high(),
          rounding.zeroPoint(),
          rounding.floatWindow() ? 1 : 0,
          rounding.fractionBits(),
          rounding.window());
    }
  }

  private static List<Case> cases() {
    return List.of(
        new Case(44, new RoundHalfEven(30, true, 0, 0, -128, 127)),
        new Case(44, new RoundHalfEven(33, true, 0, 255, 0, 255)),
        new Case(52, new RoundHalfEven(40, true, 0, -128, -128, 127)),
        new Case(60, new RoundHalfEven(55, true, 0, 127, -128, 127)),
        new Case(63, new RoundHalfEven(31, true, 0, 3, 3, 255)),
        new Case(30, new RoundHalfEven(24, true, 0, 0, 0, 255)),
        new Case(34, new RoundHalfEven(20, true, 0, 128, 0, 255)),
        new Case(34, new RoundHalfEven(16, true, 0, 0, 0, 6)),
        new Case(20, new RoundHalfEven(2, true, 0, -1, -128, 127)),
        new Case(12, new RoundHalfEven(2, true, 0, 0, 0, 255)),
        new Case(20, new RoundHalfEven(28, true, 0, 7, 0, 255)),
        new Case(36, new RoundHalfEven(26, false, 1234, 0, -128, 127)),
        new Case(36, new RoundHalfEven(26, false, 0, 0, 0, 255)));
  }

  @BeforeEach
  void copyCells() throws IOException {
    for (String cell : List.of("round_half_even.v", "round_significand.v")) {
      Files.write(
          folder.resolve(cell),
          Resources.toByteArray(
              Resources.getResource(RoundingCellsTest.class, "/io/xbarflow/rtlgen/rtl/" + cell)));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void roundHalfEvenEqualsItsTwin(Case c) throws Exception {
    List<Long> products = products(c, new Random(17));
    List<Integer> values =
        simulate(
            "round_half_even #(" + c.parameters() + ")",
            "product",
            c.productBits(),
            "value",
            8,
            products);
    for (int i = 0; i < products.size(); i++) {
      assertEquals(
          c.rounding().evaluate(products.get(i)) & 255,
          values.get(i),
          c + " of product " + products.get(i));
    }
  }

  @Test
  void comparisonCanFail() throws Exception {
    Case c = cases().get(0);
    List<Long> products = products(c, new Random(17));
    List<Integer> values =
        simulate(
            "round_half_even #("
                + c.parameters().replace(".FLOAT_WINDOW(1)", ".FLOAT_WINDOW(0)")
                + ")",
            "product",
            c.productBits(),
            "value",
            8,
            products);
    assertNotEquals(
        products.stream().map(product -> c.rounding().evaluate(product) & 255).toList(), values);
  }

  @Test
  void roundSignificandEqualsItsTwin() throws Exception {
    Random random = new Random(23);
    for (int width : new int[] {20, 24, 25, 26, 32, 33, 48}) {
      List<Long> numbers = new ArrayList<>();
      long limit = (1L << (width - 2)) - 1;
      for (int i = 0; i < VECTORS; i++) {
        long number = random.nextLong() >> (65 - width + random.nextInt(width - 2));
        if (i % 3 == 0) {
          // Near a tie: 24 bits, a one, and nothing or a little.
          int dropped = 1 + random.nextInt(Math.max(1, width - 26));
          number = ((number >> dropped) << dropped) + (1L << (dropped - 1)) + random.nextInt(3) - 1;
        }
        numbers.add(Math.max(-limit, Math.min(limit, number)));
      }
      numbers.add(limit);
      numbers.add(-limit);
      numbers.add(0L);
      List<Integer> rounded =
          simulate(
              "round_significand #(.WIDTH(" + width + "))",
              "number",
              width,
              "rounded",
              width,
              numbers);
      for (int i = 0; i < numbers.size(); i++) {
        assertEquals(
            (int) RoundSignificand.evaluate(numbers.get(i)),
            width < 32 ? (rounded.get(i) << (32 - width)) >> (32 - width) : rounded.get(i),
            "width " + width + ", number " + numbers.get(i));
        if (numbers.get(i) == (int) (long) numbers.get(i)) {
          assertEquals(
              (long) (float) (long) numbers.get(i), RoundSignificand.evaluate(numbers.get(i)));
        }
      }
    }
  }

  @Test
  void cellsAreSilentUnderLint() throws Exception {
    for (Case c : cases()) {
      Files.writeString(
          folder.resolve("lint_top.v"),
          """
          module lint_top (
            input  wire signed [%d:0] product,
            output wire [7:0] value
          );
            round_half_even #(%s) u_round (.product(product), .value(value));
          endmodule
          """
              .formatted(c.productBits() - 1, c.parameters()),
          US_ASCII);
      List<String> command =
          List.of("verilator", "--lint-only", "-Wall", "lint_top.v", "round_half_even.v");
      assertEquals("", run(command), c.toString());
    }
    for (int width : new int[] {16, 24, 25, 32, 48}) {
      assertEquals(
          "",
          run(
              List.of(
                  "verilator", "--lint-only", "-Wall", "-GWIDTH=" + width, "round_significand.v")));
    }
  }

  @Test
  void yosysReadsTheCells() throws Exception {
    assertEquals(
        "",
        run(
            List.of(
                "yosys",
                "-q",
                "-p",
                "read_verilog round_half_even.v round_significand.v; proc; check -assert")));
  }

  private static List<Long> products(Case c, Random random) {
    int fractionBits = c.rounding().fractionBits();
    long half = 1L << (fractionBits - 1);
    List<Long> products = new ArrayList<>();
    long limit = (1L << (c.productBits() - 1)) - 1;
    for (int i = 0; i < VECTORS; i++) {
      long product = random.nextLong() >> (64 - c.productBits() + random.nextInt(10));
      if (i % 2 == 0) {
        // Around a tie, as far as the window goes at that magnitude and one beyond.
        long integer = i % 4 == 0 ? random.nextInt(1100) - 550 : random.nextInt(9) - 4;
        long magnitude = integer < 0 ? ~integer : integer;
        int shift = fractionBits + 39 - Long.numberOfLeadingZeros(magnitude);
        long window = c.rounding().floatWindow() ? (shift < 0 ? 0 : 1L << shift) : 1234;
        long distance = window + random.nextInt(3) - 1;
        product = (integer << fractionBits) + half + (random.nextBoolean() ? distance : -distance);
      }
      products.add(Math.max(-limit - 1, Math.min(limit, product)));
    }
    products.addAll(List.of(0L, -1L, 1L, limit, -limit - 1));
    return products;
  }

  /** The output of {@code instance} for every input, its low 32 bits. */
  private List<Integer> simulate(
      String instance,
      String input,
      int inputBits,
      String output,
      int outputBits,
      List<Long> values)
      throws Exception {
    StringBuilder hex = new StringBuilder();
    BigInteger modulus = BigInteger.ONE.shiftLeft(inputBits);
    for (long value : values) {
      hex.append(BigInteger.valueOf(value).mod(modulus).toString(16)).append('\n');
    }
    Files.writeString(folder.resolve("input.hex"), hex, US_ASCII);
    Files.writeString(
        folder.resolve("bench.v"),
        """
        module bench;
          reg [%2$d-1:0] inputs [0:%5$d-1];
          reg [%2$d-1:0] in;
          wire [%4$d-1:0] out;
          wire [63:0] wide = out;
          integer i;
          %6$s dut (.%1$s(in), .%3$s(out));
          initial begin
            $readmemh("input.hex", inputs);
            for (i = 0; i < %5$d; i = i + 1) begin
              in = inputs[i];
              #1 $display("%%08x", wide[31:0]);
            end
          end
        endmodule
        """
            .formatted(input, inputBits, output, outputBits, values.size(), instance),
        US_ASCII);
    assertEquals(
        "",
        run(
            List.of(
                "iverilog",
                "-g2005",
                "-Wall",
                "-Wno-timescale",
                "-o",
                "bench",
                "bench.v",
                "round_half_even.v",
                "round_significand.v")));
    List<Integer> results = new ArrayList<>();
    for (String line : run(List.of("vvp", "-n", "bench")).split("\n", -1)) {
      if (!line.isEmpty()) {
        results.add(Integer.parseUnsignedInt(line, 16));
      }
    }
    assertEquals(values.size(), results.size());
    return results;
  }

  private String run(List<String> command) throws Exception {
    Path log = folder.resolve("log.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(command + " takes too long");
    }
    String text = Files.readString(log);
    assertEquals(0, process.exitValue(), command + "\n" + text);
    return text;
  }
}
