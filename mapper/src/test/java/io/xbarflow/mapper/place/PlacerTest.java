package io.xbarflow.mapper.place;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Place;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PlacerTest {
  private static final Architecture DEFAULT = Architectures.named("default");

  /**
   * A network, and how many times cheaper its floorplan is at least than the serpentine and than
   * row by row.
   */
  private record Gain(String network, double overSerpentine, double overRowMajor) {}

  static Stream<Gain> gains() {
    return Stream.of(
        new Gain("ResNet-8, 256x256", 1.45, 1.7),
        new Gain("ResNet-20, 256x256", 1.18, 1.75),
        new Gain("ResNet-32, 256x256", 1.15, 1.9),
        new Gain("ResNet-20, 64x64", 1.3, 1.9),
        new Gain("VGG-8, 256x256", 1, 1.75),
        new Gain("ResNet-18, 256x256", 1.35, 2.05));
  }

  @ParameterizedTest
  @MethodSource("gains")
  void networksGain(Gain gain) {
    Netlist netlist = PlacerBenchmark.netlists().get(gain.network());
    Grid grid = PlacerBenchmark.grid(netlist);
    Floorplan plan = Placer.place(netlist, grid, 1);
    checkPlan(netlist, grid, plan);
    checkPlan(netlist, grid, Placer.quick(netlist, grid));
    assertAtLeast(gain.overSerpentine(), PlacerBenchmark.costOfOrder(netlist, grid, 1), plan);
    assertAtLeast(gain.overRowMajor(), PlacerBenchmark.costOfOrder(netlist, grid, 0), plan);
  }

  private static void assertAtLeast(double factor, long other, Floorplan plan) {
    assertTrue(other >= factor * plan.bitSteps(), () -> other + " to " + plan.bitSteps());
  }

  /** Places are distinct and on the grid, figures are right, no fixed order is better. */
  private static void checkPlan(Netlist netlist, Grid grid, Floorplan plan) {
    List<Place> places = Reference.places(plan);
    assertEquals(netlist.macros(), new HashSet<>(places).size());
    for (Core core : netlist.cores()) {
      assertEquals(core.macros(), plan.of(core.name()).size());
    }
    for (Place place : places) {
      assertTrue(place.row() >= 0 && place.row() < grid.rows(), place::toString);
      assertTrue(place.column() >= 0 && place.column() < grid.columns(), place::toString);
    }
    Reference reference = new Reference(netlist, grid);
    assertEquals(reference.cost(places), plan.bitSteps());
    assertEquals(reference.busiest(places), plan.busiestChannelBits());
    List<Place> rowMajor =
        IntStream.range(0, netlist.macros())
            .mapToObj(i -> new Place(i / grid.columns(), i % grid.columns()))
            .toList();
    List<Place> serpentine =
        rowMajor.stream()
            .map(
                place ->
                    place.row() % 2 == 0
                        ? place
                        : new Place(place.row(), grid.columns() - 1 - place.column()))
            .toList();
    for (List<Place> fixed : List.of(rowMajor, serpentine)) {
      if (reference.busiest(fixed) <= grid.channelBits()) {
        assertTrue(plan.bitSteps() <= reference.cost(fixed), () -> netlist + " " + fixed);
      }
    }
  }

  /** A chain with some skips, of {@code macros} macros. */
  private static Netlist random(SplittableRandom random, int macros) {
    ImmutableList.Builder<Core> cores = ImmutableList.builder();
    ImmutableList.Builder<Net> nets = ImmutableList.builder();
    int count = 0;
    for (int left = macros; left > 0; count++) {
      int size = random.nextInt(1, Math.min(left, 4) + 1);
      cores.add(new Core("c" + count, size));
      left -= size;
    }
    Terminal at = Terminal.EDGE;
    for (int i = 0; i < count; i++) {
      nets.add(new Net(at, Terminal.first("c" + i), random.nextInt(0, 1000)));
      at = Terminal.last("c" + i);
      if (random.nextInt(2) == 0) {
        nets.add(
            new Net(Terminal.first("c" + random.nextInt(0, i + 1)), at, random.nextInt(0, 1000)));
      }
    }
    nets.add(new Net(at, Terminal.EDGE, random.nextInt(0, 1000)));
    return new Netlist(cores.build(), nets.build());
  }

  private static Grid grid(int rows, int columns) {
    return new Grid("test", rows, columns, Grid.UNLIMITED);
  }

  private record Tiny(long seed, int macros, int rows, int columns) {}

  static Stream<Tiny> tiny() {
    return Stream.of(
            new int[] {1, 1, 1},
            new int[] {1, 3, 4},
            new int[] {2, 1, 2},
            new int[] {4, 2, 2},
            new int[] {5, 2, 3},
            new int[] {6, 1, 6},
            new int[] {6, 3, 3},
            new int[] {7, 2, 5},
            new int[] {8, 2, 4},
            new int[] {8, 3, 3},
            new int[] {8, 1, 8})
        .flatMap(of -> IntStream.range(0, 6).mapToObj(seed -> new Tiny(seed, of[0], of[1], of[2])));
  }

  @ParameterizedTest
  @MethodSource("tiny")
  void tinyFloorplansAreOptimal(Tiny tiny) {
    Netlist netlist = random(new SplittableRandom(tiny.seed()), tiny.macros());
    Grid grid = grid(tiny.rows(), tiny.columns());
    Floorplan plan = Placer.place(netlist, grid, tiny.seed());
    checkPlan(netlist, grid, plan);
    assertEquals(new Reference(netlist, grid).leastCost(), plan.bitSteps());
  }

  static Stream<Tiny> limited() {
    Stream<Tiny> some = tiny().filter(tiny -> tiny.macros() <= 6 && tiny.seed() < 4);
    return Stream.concat(some, Stream.of(new Tiny(1, 8, 1, 8), new Tiny(3, 7, 2, 4)));
  }

  @ParameterizedTest
  @MethodSource("limited")
  void channelsAreNotOverloadedAndTheImpossibleIsRefused(Tiny tiny) {
    Netlist netlist = random(new SplittableRandom(tiny.seed()), tiny.macros());
    Grid free = grid(tiny.rows(), tiny.columns());
    long busiest = Placer.place(netlist, free, tiny.seed()).busiestChannelBits();
    for (long percent : new long[] {50, 80, 100}) {
      Grid grid = free.withChannels(percent, Math.max(1, busiest / 100));
      long least = new Reference(netlist, grid).leastCost();
      if (least < 0) {
        for (boolean quick : new boolean[] {true, false}) {
          UserException error =
              assertThrows(
                  UserException.class,
                  () -> {
                    if (quick) {
                      Placer.quick(netlist, grid);
                    } else {
                      Placer.place(netlist, grid, tiny.seed());
                    }
                  });
          assertTrue(error.getMessage().contains("channel between places ("), error::getMessage);
        }
      } else {
        Floorplan plan = Placer.place(netlist, grid, tiny.seed());
        checkPlan(netlist, grid, plan);
        assertEquals(least, plan.bitSteps());
        assertTrue(plan.busiestChannelBits() <= grid.channelBits(), plan::toString);
      }
    }
  }

  @Test
  void somePlacementsMustAndSomeCannotKeepTheLimit() {
    // Three cores in a row of three places: the middle one must not be between the other two's net.
    Netlist netlist =
        new Netlist(
            ImmutableList.of(new Core("a", 1), new Core("b", 1), new Core("c", 1)),
            ImmutableList.of(
                new Net(Terminal.last("a"), Terminal.first("b"), 100),
                new Net(Terminal.last("a"), Terminal.first("c"), 60),
                new Net(Terminal.last("b"), Terminal.first("c"), 10)));
    Grid grid = grid(1, 3);
    assertEquals(110, Placer.place(netlist, grid.withChannels(11, 10), 1).busiestChannelBits());
    UserException error =
        assertThrows(
            UserException.class, () -> Placer.place(netlist, grid.withChannels(109, 1), 1));
    String message = error.getMessage();
    assertTrue(message.contains("test"), message);
    assertTrue(message.contains("carries 110 bits"), message);
    assertTrue(message.contains("at most 109 bits"), message);
    assertEquals(Grid.UNLIMITED, grid.withChannels(0, 5).channelBits());
  }

  @Test
  void aLimitThatEveryFixedOrderBreaksIsKept() {
    // The order of the cores puts b between a and c; only a in the middle keeps the limit.
    Netlist netlist =
        new Netlist(
            ImmutableList.of(new Core("a", 1), new Core("b", 1), new Core("c", 1)),
            ImmutableList.of(
                new Net(Terminal.last("a"), Terminal.first("b"), 100),
                new Net(Terminal.last("a"), Terminal.first("c"), 100)));
    Grid grid = grid(1, 3).withChannels(100, 1);
    for (Floorplan plan :
        ImmutableList.of(Placer.place(netlist, grid, 1), Placer.quick(netlist, grid))) {
      checkPlan(netlist, grid, plan);
      assertEquals(100, plan.busiestChannelBits());
      assertEquals(1, plan.of("a").get(0).column());
    }
  }

  @Test
  void equalSeedsGiveEqualFloorplansAndOthersOthers() {
    Netlist netlist = PlacerBenchmark.netlists().get("ResNet-20, 256x256");
    Grid grid = PlacerBenchmark.grid(netlist);
    Floorplan plan = Placer.place(netlist, grid, 7);
    assertEquals(plan, Placer.place(netlist, grid, 7));
    assertEquals(Placer.quick(netlist, grid), Placer.quick(netlist, grid));
    assertTrue(
        IntStream.range(0, 5).anyMatch(seed -> !Placer.place(netlist, grid, seed).equals(plan)));
  }

  private record Room(int macros, int rows, int columns) {}

  static Stream<Room> rooms() {
    return Stream.of(
        new Room(10, 4, 40),
        new Room(17, 1, 17),
        new Room(17, 60, 1),
        new Room(20, 4, 5),
        new Room(20, 25, 25),
        new Room(30, 4096, 4096),
        new Room(40, 9, 6));
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void gridsOfAnyShapeAreUsed(Room room) {
    for (int seed = 0; seed < 2; seed++) {
      Netlist netlist = random(new SplittableRandom(seed), room.macros());
      Grid grid = grid(room.rows(), room.columns());
      checkPlan(netlist, grid, Placer.place(netlist, grid, seed));
      checkPlan(netlist, grid, Placer.quick(netlist, grid));
    }
  }

  @Test
  void gridsFollowTheArchitecture() {
    assertEquals(4, Grid.of(DEFAULT, 14).rows());
    assertEquals(4, Grid.of(DEFAULT, 14).columns());
    assertEquals(2, Grid.of(DEFAULT, 5).rows());
    assertEquals(7, Grid.of(DEFAULT.withGrid(5, 7), 35).columns());
    UserException error =
        assertThrows(UserException.class, () -> Grid.of(DEFAULT.withGrid(5, 7), 36));
    assertTrue(error.getMessage().contains("5 x 7"), error::getMessage);
    assertTrue(error.getMessage().contains("36 macros"), error::getMessage);
  }

  @Test
  void nothingToPlaceTakesNoPlaces() {
    Netlist netlist =
        new Netlist(
            ImmutableList.of(), ImmutableList.of(new Net(Terminal.EDGE, Terminal.EDGE, 100)));
    Floorplan plan = Placer.place(netlist, Grid.of(DEFAULT, 0), 1);
    assertEquals(0, plan.places().size());
    assertEquals(0, plan.bitSteps());
  }
}
