package io.xbarflow.core.architecture;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.xbarflow.core.diagnostic.UserException;

/** How much of its input map a core keeps. */
public enum ActivationMemoryPolicy {
  /** The least that works: {@code (kh-1) * W + kw} pixels of the stream, overwritten in turn. */
  @JsonProperty("ring")
  RING;

  /**
   * The policy called {@code text}.
   *
   * <p><i>Throws</i> {@link UserException} for every other word; {@code where} is the option or the
   * place in the file that held it.
   */
  public static ActivationMemoryPolicy parse(String where, String text) {
    switch (text) {
      case "ring":
        return RING;
      case "rows":
      case "frame":
        throw UserException.badInput(
            where,
            "activation memory policy '" + text + "' is not built yet",
            "ring",
            "Use ring, which also needs the least memory.");
      default:
        throw UserException.badInput(
            where,
            "unknown activation memory policy '" + text + "'",
            "ring",
            "Use ring, or leave it out.");
    }
  }
}
