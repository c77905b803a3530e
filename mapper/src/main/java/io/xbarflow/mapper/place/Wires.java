package io.xbarflow.mapper.place;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The netlist as weighted wires between macros. Macros are numbered core by core, so that most
 * wires join neighbouring numbers. Nets are routed through channels; the wires from macro to macro
 * within a core, which carry what enters it, are the core's own and are not.
 */
final class Wires {
  /** The far end of a wire to the edge of the chip. */
  static final int EDGE = -1;

  private final int macros;
  private final int[] from;
  private final int[] to;
  private final long[] bits;
  private final int inner; // wires from this one on are within cores
  private final int[] start; // of every macro's wires in `at`; one more at the end
  private final int[] at;

  private Wires(int macros, int[] from, int[] to, long[] bits, int inner) {
    this.macros = macros;
    this.from = from;
    this.to = to;
    this.bits = bits;
    this.inner = inner;
    this.start = new int[macros + 1];
    for (int wire = 0; wire < from.length; wire++) {
      start[from[wire] + 1]++;
      if (to[wire] != EDGE) {
        start[to[wire] + 1]++;
      }
    }
    for (int macro = 0; macro < macros; macro++) {
      start[macro + 1] += start[macro];
    }
    this.at = new int[start[macros]];
    int[] next = start.clone();
    for (int wire = 0; wire < from.length; wire++) {
      at[next[from[wire]]++] = wire;
      if (to[wire] != EDGE) {
        at[next[to[wire]]++] = wire;
      }
    }
  }

  /** The wires of {@code netlist}; nets without a way to go and wires without bits are left out. */
  static Wires of(Netlist netlist) {
    Map<String, Integer> first = new HashMap<>();
    Map<String, Integer> last = new HashMap<>();
    int macros = 0;
    for (Core core : netlist.cores()) {
      first.put(core.name(), macros);
      macros += core.macros();
      last.put(core.name(), macros - 1);
    }
    int most = netlist.nets().size() + macros;
    int[] from = new int[most];
    int[] to = new int[most];
    long[] bits = new long[most];
    Map<String, Long> entering = new HashMap<>();
    int wires = 0;
    for (Net net : netlist.nets()) {
      if (net.to().at() == Terminal.At.FIRST) {
        entering.merge(net.to().core(), net.bitsPerImage(), Math::addExact);
      }
      int source = macro(net.from(), first, last);
      int sink = macro(net.to(), first, last);
      if (source != sink && net.bitsPerImage() > 0) {
        // The edge is the far end whichever way the stream goes.
        from[wires] = source == EDGE ? sink : source;
        to[wires] = source == EDGE ? EDGE : sink;
        bits[wires++] = net.bitsPerImage();
      }
    }
    int inner = wires;
    for (Core core : netlist.cores()) {
      long input = entering.getOrDefault(core.name(), 0L);
      for (int macro = first.get(core.name());
          input > 0 && macro < last.get(core.name());
          macro++) {
        from[wires] = macro;
        to[wires] = macro + 1;
        bits[wires++] = input;
      }
    }
    return new Wires(
        macros,
        Arrays.copyOf(from, wires),
        Arrays.copyOf(to, wires),
        Arrays.copyOf(bits, wires),
        inner);
  }

  private static int macro(Terminal end, Map<String, Integer> first, Map<String, Integer> last) {
    return switch (end.at()) {
      case FIRST -> first.get(end.core());
      case LAST -> last.get(end.core());
      case EDGE -> EDGE;
    };
  }

  int macros() {
    return macros;
  }

  int count() {
    return from.length;
  }

  int from(int wire) {
    return from[wire];
  }

  int to(int wire) {
    return to[wire];
  }

  long bits(int wire) {
    return bits[wire];
  }

  /** Whether {@code wire} goes through channels. */
  boolean routed(int wire) {
    return wire < inner;
  }

  /**
   * A cost that no placement can be below: every wire between macros is at least one step long, a
   * wire to the edge may have none.
   */
  long leastCost() {
    long sum = 0;
    for (int wire = 0; wire < bits.length; wire++) {
      sum += to[wire] == EDGE ? 0 : bits[wire];
    }
    return sum;
  }

  /** Bits per image of the heaviest net between macros: some channel carries at least these. */
  long heaviestNet() {
    long heaviest = 0;
    for (int net = 0; net < inner; net++) {
      heaviest = to[net] == EDGE ? heaviest : Math.max(heaviest, bits[net]);
    }
    return heaviest;
  }

  /** Wires that end at {@code macro}. */
  int degree(int macro) {
    return start[macro + 1] - start[macro];
  }

  /** The {@code index}-th of them. */
  int wire(int macro, int index) {
    return at[start[macro] + index];
  }

  /** The end of {@code wire} that is not {@code macro}. */
  int other(int wire, int macro) {
    return from[wire] == macro ? to[wire] : from[wire];
  }
}
