package io.xbarflow.mapper.place;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

/**
 * An end of a net: a macro of a core, or the edge of the chip.
 *
 * @param at which macro, or the edge
 * @param core name of the core; empty at the edge
 */
public record Terminal(At at, String core) {
  /** Where a net ends. */
  public enum At {
    /** The first macro of a core, where its input arrives and its ring's second port leaves. */
    FIRST,
    /** The last macro of a core, where its output leaves and what is fused to it stands. */
    LAST,
    /** The edge of the grid, at the place nearest to the net's other end. */
    EDGE
  }

  /** The edge of the chip. */
  public static final Terminal EDGE = new Terminal(At.EDGE, "");

  /** Checks that cores have names and the edge has none. */
  public Terminal {
    requireNonNull(at, "at");
    checkArgument((at == At.EDGE) == core.isEmpty(), "terminal %s of core '%s'", at, core);
  }

  /** The first macro of {@code core}. */
  public static Terminal first(String core) {
    return new Terminal(At.FIRST, core);
  }

  /** The last macro of {@code core}. */
  public static Terminal last(String core) {
    return new Terminal(At.LAST, core);
  }
}
