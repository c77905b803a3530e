package io.xbarflow.mapper.place;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;

/**
 * What is to be placed: cores and the nets between them.
 *
 * @param cores in the order of the pipeline; the search starts from this order
 * @param nets in any order
 */
public record Netlist(ImmutableList<Core> cores, ImmutableList<Net> nets) {
  /** Checks that names are unique and nets end at cores there are. */
  public Netlist {
    cores = ImmutableList.copyOf(cores);
    nets = ImmutableList.copyOf(nets);
    ImmutableSet<String> names =
        cores.stream().map(Core::name).collect(ImmutableSet.toImmutableSet());
    checkArgument(names.size() == cores.size(), "two cores of one name in %s", cores);
    for (Net net : nets) {
      for (Terminal end : ImmutableList.of(net.from(), net.to())) {
        checkArgument(
            end.at() == Terminal.At.EDGE || names.contains(end.core()), "no core %s", end.core());
      }
    }
  }

  /** Macros of all cores. */
  public int macros() {
    return cores.stream().mapToInt(Core::macros).reduce(0, Math::addExact);
  }
}
