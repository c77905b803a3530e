package io.xbarflow.core.coretype;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.primitives.ImmutableIntArray;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Window;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Core types that throw, give null or nonsense, or do not end are named with the method. */
final class GuardedCoreTest {
  private static final Parameters NONE = new Parameters(ImmutableSortedMap.of());
  private static final Tile TILE =
      new Tile("layer", 0, 1, new byte[] {3, 4}, true, 0, ImmutableIntArray.of());
  private static final Layer.Convolution LAYER =
      new Layer.Convolution(
          "conv",
          "x",
          "y",
          Window.frame(1, 1),
          1,
          Int8Array.copyOf(new byte[1]),
          ImmutableList.of(1f),
          ImmutableList.of(0),
          -128,
          127);

  private static final ImmutableMap<String, Object> ANSWERS =
      ImmutableMap.<String, Object>builder()
          .put("name", "own")
          .put("summary", "of the test")
          .put("parameters", ImmutableList.of())
          .put("refusal", Optional.empty())
          .put("spec", MacroSpec.exact(2, 2, 2))
          .put("module", "crossbar_macro_own")
          .put("verilogParameters", ImmutableMap.of())
          .put("sources", ImmutableMap.of("crossbar_macro_own.v", "module"))
          .put("stub", Optional.empty())
          .put("columnBits", 8)
          .put("least", -5L)
          .put("greatest", 5L)
          .put("gain", 1)
          .put("memory", "00\n")
          .buildOrThrow();

  /** What a method does in the place of its right answer. */
  private record Fault(String method, Callable<Object> answer) {}

  /** A {@code type} that does as {@code fault} says, and otherwise what is right. */
  private static <T> T faulty(Class<T> type, Fault fault) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals(fault.method())) {
                return fault.answer().call();
              }
              if (method.getName().equals("program")) {
                return faulty(Macro.class, fault);
              }
              if (method.getName().equals("multiply")) {
                int[][] columns = (int[][]) arguments[3];
                columns[0][0] = 5;
                columns[1][0] = -5;
                return null;
              }
              return ANSWERS.get(method.getName());
            }));
  }

  /** Uses all of {@code type}. */
  private static int[][] use(CoreType type) {
    CoreType guarded = GuardedCore.of(type, "own.jar", Duration.ofSeconds(2));
    Architecture architecture = Architectures.named("default");
    guarded.summary();
    guarded.refusal(LAYER, NONE);
    guarded.spec(LAYER, architecture, NONE);
    guarded.sources();
    guarded.stub();
    guarded.verilogParameters(TILE, NONE);
    Macro macro = guarded.program(TILE, NONE);
    macro.memory();
    int[][] columns = new int[2][1];
    macro.multiply(new int[1][1], 1, 0, columns);
    return columns;
  }

  /** A fault and what is said of it. */
  record Case(String method, Callable<Object> answer, String found) {}

  private static Object fail() {
    throw new IllegalStateException("as it likes");
  }

  private static Object endless() throws InterruptedException {
    Thread.sleep(60_000);
    return null;
  }

  static ImmutableList<Case> cases() {
    ImmutableList.Builder<Case> cases = ImmutableList.builder();
    for (String method : ANSWERS.keySet()) {
      cases.add(new Case(method, GuardedCoreTest::fail, "throws java.lang.IllegalStateException"));
      if (!(ANSWERS.get(method) instanceof Number)) {
        cases.add(new Case(method, () -> null, "gives null"));
      }
    }
    return cases
        .add(new Case("program", () -> null, "gives null"))
        .add(new Case("program", GuardedCoreTest::fail, "throws"))
        .add(new Case("multiply", GuardedCoreTest::fail, "as it likes"))
        .add(new Case("spec", GuardedCoreTest::endless, "has not ended after 2 s"))
        .add(new Case("spec", () -> MacroSpec.exact(1 << 20, 1, 1), "gives 1048576 for crossbar"))
        .add(new Case("name", () -> "../x", "gives '../x'"))
        .add(new Case("module", () -> "a b", "gives 'a b'"))
        .add(
            new Case(
                "parameters",
                () -> ImmutableList.of(Parameter.mvmCycles(), Parameter.mvmCycles()),
                "gives mvmCycles twice"))
        .add(
            new Case(
                "parameters",
                () -> ImmutableList.of(Parameter.whole("bits", "99", 1, 12, "bits")),
                "gives the default 99 of bits"))
        .add(new Case("sources", () -> ImmutableMap.of("x.v", ""), "has no crossbar_macro_own.v"))
        .add(
            new Case(
                "sources",
                () -> ImmutableMap.of("crossbar_macro_own.v", "", "../x.v", ""),
                "has a file '../x.v'"))
        .add(new Case("verilogParameters", () -> ImmutableMap.of("bits", 1L), "gives 'bits'"))
        .add(new Case("columnBits", () -> 40, "gives 40"))
        .add(new Case("least", () -> 6L, "give 6 and 5 for column 0"))
        .add(new Case("greatest", () -> 400L, "of 8 bits"))
        .add(new Case("gain", () -> 0, "gives 0 for column 0"))
        .add(new Case("memory", () -> "00", "does not end with a new line"))
        .build();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void faultsAreNamedWithTypeAndMethod(Case fault) {
    CoreType type = faulty(CoreType.class, new Fault(fault.method(), fault.answer()));
    UserException error = assertThrows(UserException.class, () -> use(type));
    String message = error.getMessage();
    assertTrue(message.startsWith("own.jar, "), message);
    assertTrue(message.contains(fault.method() + "()"), message);
    assertTrue(message.contains(fault.found()), message);
  }

  @Test
  void aMultiplicationOutOfItsRangeIsNamed() {
    CoreType type =
        faulty(CoreType.class, new Fault("greatest", () -> 4L)); // it promises less than it gives
    UserException error = assertThrows(UserException.class, () -> use(type));
    assertTrue(error.getMessage().contains("multiply(): gives 5 for column 0"), error::getMessage);
  }

  @Test
  void whatIsRightGoesThrough() {
    CoreType type = faulty(CoreType.class, new Fault("none", () -> null));
    assertArrayEquals(new int[][] {{5}, {-5}}, use(type));
    CoreType guarded = GuardedCore.of(type, "own.jar");
    assertEquals(Map.of(), guarded.verilogParameters(TILE, NONE));
    assertEquals("own", guarded.name());
  }

  @Test
  void aRefusalOfTheTypeItselfGoesThrough() {
    UserException own = UserException.badInput("adcBits", "99", "fewer", "Change it.");
    CoreType type =
        faulty(
            CoreType.class,
            new Fault(
                "spec",
                () -> {
                  throw own;
                }));
    assertEquals(own, assertThrows(UserException.class, () -> use(type)));
  }
}
