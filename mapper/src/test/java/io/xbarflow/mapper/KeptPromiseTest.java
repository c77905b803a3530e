package io.xbarflow.mapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.mapper.choice.Choices;
import io.xbarflow.testsupport.NeedsThirdPartyModels;
import io.xbarflow.testsupport.ThirdPartyModels;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * For every number of macros up to twice the fewest, the mapping takes the cycles that the choice
 * promised, more macros never take more, and no interval asked for gives a better point. {@code
 * -Dxbarflow.long=true} also checks other durations of an MVM.
 */
final class KeptPromiseTest {
  private static final boolean LONG = Boolean.getBoolean("xbarflow.long");

  private record Case(Network network, int mvmCycles) {
    @Override
    public String toString() {
      return network.model() + ", " + mvmCycles + " cycles an MVM";
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
            Topologies.resnet8(),
            Topologies.vgg8(),
            Topologies.oddMaps(),
            Topologies.cropped(),
            Topologies.poolThenPointwise(),
            Topologies.stridedStem(),
            Topologies.inputBound(),
            Topologies.insideTheMap(),
            Topologies.inception(4, 8, 4),
            Topologies.denselyConnected(),
            Topologies.pointwiseTwice())
        .flatMap(KeptPromiseTest::durations);
  }

  private static Stream<Case> durations(Network network) {
    ImmutableList<Integer> durations = LONG ? ImmutableList.of(1, 8, 130) : ImmutableList.of(8);
    return durations.stream().map(cycles -> new Case(network, cycles));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theLeastIntervalForEveryBudget(Case of) {
    check(of.network(), Architectures.named("default").withMvmCycles(of.mvmCycles()));
  }

  @ParameterizedTest
  @NeedsThirdPartyModels
  @ValueSource(
      strings = {
        "cnn/resnet8_cifar10/model.qop_i8.onnx",
        "cnn/mnist8/model.qop_u8s8.onnx",
        "cnn/dscnn_kws/model.qop.onnx",
        "cnn/magic_wand/model.qop.onnx",
        "reports/accept_budget_not_least/resnet8.onnx",
        "reports/accept_budget_not_least/mnist8.onnx"
      })
  void theLeastIntervalOfThirdPartyModels(String file) {
    Network network = OnnxImport.read(ThirdPartyModels.resolve(file));
    durations(network).forEach(this::theLeastIntervalForEveryBudget);
  }

  private static void check(Network network, Architecture architecture) {
    int fewest = (int) Choices.plain(network, architecture).macros();
    Map<Choices, Long> predicted = new HashMap<>();
    Map<Long, Optional<Choices>> faster = new HashMap<>(); // by cycles, what takes fewer
    long before = Long.MAX_VALUE;
    for (int budget = fewest; budget <= 2 * fewest; budget++) {
      MappingOptions options = macros(budget);
      Choices choices = Mapper.choices(network, architecture, options);
      String where = budget + " macros: " + choices;
      assertTrue(choices.macros() <= budget, where);
      assertTrue(choices.cycles() <= before, where);
      assertEquals(
          choices.cycles(),
          predicted.computeIfAbsent(
              choices, each -> predicted(network, architecture, options, each)),
          where);
      Optional<Choices> better =
          faster.computeIfAbsent(
              choices.cycles(), cycles -> within(network, architecture, cycles - 1));
      assertTrue(
          better.isEmpty() || better.get().macros() > budget,
          () -> where + " and for fewer cycles " + better);
      if (choices.cycles() < before) {
        assertEquals(
            choices.macros(),
            within(network, architecture, choices.cycles()).orElseThrow().macros(),
            where);
      }
      before = choices.cycles();
    }
  }

  private static long predicted(
      Network network, Architecture architecture, MappingOptions options, Choices choices) {
    return UntimedMapping.of(network, architecture, options, choices)
        .complete()
        .prediction()
        .cyclesPerImage()
        .orElseThrow();
  }

  /** The choice for at most {@code cycles}; empty when that cannot be reached. */
  private static Optional<Choices> within(Network network, Architecture architecture, long cycles) {
    try {
      return Optional.of(Mapper.choices(network, architecture, cycles(cycles)));
    } catch (UserException unreachable) {
      return Optional.empty();
    }
  }

  static MappingOptions macros(int budget) {
    return new MappingOptions(
        Optional.of(budget), Optional.empty(), 1, ImmutableMap.of(), MappingOptions.Effort.QUICK);
  }

  private static MappingOptions cycles(long cycles) {
    return new MappingOptions(
        Optional.empty(), Optional.of(cycles), 1, ImmutableMap.of(), MappingOptions.Effort.QUICK);
  }

  /** A pixel takes a cycle, so that 32 x 32 of them take 1024, which 16 macros keep up with. */
  @Test
  void beyondReachSaysWhatCanBeReached() {
    Network network = Topologies.resnet8();
    Architecture architecture = Architectures.named("default");
    UserException refused =
        assertThrows(
            UserException.class, () -> Mapper.choices(network, architecture, cycles(1023)));
    for (String part :
        ImmutableList.of(
            "1023 cycles", "at least 1024 cycles", "976562 images", "16 crossbars", "--ii 128")) {
      assertTrue(refused.getMessage().contains(part), part + " in " + refused.getMessage());
    }
    Choices reached = Mapper.choices(network, architecture, cycles(1024));
    assertEquals(1024, reached.cycles());
    assertEquals(16, reached.macros());
  }
}
