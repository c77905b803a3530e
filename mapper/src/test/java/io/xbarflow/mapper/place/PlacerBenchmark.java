package io.xbarflow.mapper.place;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.architecture.Architectures;

/**
 * Prints the cost of floorplans of well-known networks on automatic grids, and the time to find
 * them in a warm virtual machine. The bound is a cost that no floorplan can be below; it need not
 * be reachable.
 */
final class PlacerBenchmark {
  private PlacerBenchmark() {}

  /** Names of networks and their netlists. */
  static ImmutableMap<String, Netlist> netlists() {
    return ImmutableMap.<String, Netlist>builder()
        .put("ResNet-8, 256x256", Netlists.residualCifar(256, 1))
        .put("ResNet-20, 256x256", Netlists.residualCifar(256, 3))
        .put("ResNet-32, 256x256", Netlists.residualCifar(256, 5))
        .put("ResNet-20, 64x64", Netlists.residualCifar(64, 3))
        .put("VGG-8, 256x256", Netlists.vgg8(256))
        .put("ResNet-18, 256x256", Netlists.residualImageNet(256, 2, 2, 2, 2))
        .put("ResNet-18, 128x128", Netlists.residualImageNet(128, 2, 2, 2, 2))
        .put("ResNet-34, 160x160", Netlists.residualImageNet(160, 3, 4, 6, 3))
        .build();
  }

  /** The automatic grid of {@code netlist}. */
  static Grid grid(Netlist netlist) {
    return Grid.of(Architectures.named("default"), netlist.macros());
  }

  /** Cost of the {@code index}-th fixed order: 0 is row by row, 1 the serpentine. */
  static long costOfOrder(Netlist netlist, Grid grid, int index) {
    Board board = new Board(Wires.of(netlist), grid, grid.rows(), grid.columns());
    board.put(Orders.of(grid.rows(), grid.columns(), netlist.macros()).get(index));
    return board.cost();
  }

  /** Prints one line for each network. */
  public static void main(String[] arguments) {
    for (int warm = 0; warm < 3; warm++) {
      Netlist netlist = Netlists.residualImageNet(256, 2, 2, 2, 2);
      Placer.place(netlist, grid(netlist), warm);
      Placer.quick(netlist, grid(netlist));
    }
    System.out.println("cost in 1000 bits x steps per image");
    System.out.printf(
        "%-20s %6s %10s %10s %10s %10s %10s %16s %9s %9s%n",
        "network",
        "macros",
        "row-major",
        "serpentine",
        "quick",
        "placed",
        "bound",
        "serpentine ratio",
        "quick ms",
        "placed ms");
    netlists()
        .forEach(
            (name, netlist) -> {
              Grid grid = grid(netlist);
              long start = System.nanoTime();
              Floorplan quick = Placer.quick(netlist, grid);
              long middle = System.nanoTime();
              Floorplan placed = Placer.place(netlist, grid, 1);
              long end = System.nanoTime();
              long serpentine = costOfOrder(netlist, grid, 1);
              System.out.printf(
                  "%-20s %6d %10d %10d %10d %10d %10d %16.3f %9.1f %9.1f%n",
                  name,
                  netlist.macros(),
                  costOfOrder(netlist, grid, 0) / 1000,
                  serpentine / 1000,
                  quick.bitSteps() / 1000,
                  placed.bitSteps() / 1000,
                  Wires.of(netlist).leastCost() / 1000,
                  (double) serpentine / placed.bitSteps(),
                  (middle - start) / 1e6,
                  (end - middle) / 1e6);
            });
  }
}
