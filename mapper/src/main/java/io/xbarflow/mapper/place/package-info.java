/**
 * Finds places on the grid for the macros of cores, so that bits travel short ways. Entry point:
 * {@code Placer}, which says what the cost is. Depends on core only.
 *
 * <pre>{@code
 * Netlist netlist = new Netlist(
 *     ImmutableList.of(new Core("conv1", 1), new Core("conv2", 3)), // in pipeline order
 *     ImmutableList.of(
 *         new Net(Terminal.EDGE, Terminal.first("conv1"), inputBits),
 *         new Net(Terminal.last("conv1"), Terminal.first("conv2"), mapBits),
 *         new Net(Terminal.last("conv2"), Terminal.EDGE, outputBits)));
 * Grid grid = Grid.of(architecture, netlist.macros());
 * Floorplan plan = Placer.place(netlist, grid, seed);
 * ImmutableList<Place> places = plan.of("conv2");
 * }</pre>
 *
 * <p>A stream enters a core at its first macro and leaves at its last. What has no macros, such as
 * an addition or a pool, stands at a macro and is no core: an addition at the last macro of a
 * convolution before it makes its other operand a net to {@code Terminal.last} of that convolution.
 * A stream from the second port of a core's ring leaves at {@code Terminal.first} of that core.
 *
 * <p>With {@code grid.withChannels(bitsPerCycle, intervalCycles)} the channels between places have
 * a limit. {@code Placer.quick} does without the search, for exploration.
 */
package io.xbarflow.mapper.place;
