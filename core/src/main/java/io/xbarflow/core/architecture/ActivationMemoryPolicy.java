package io.xbarflow.core.architecture;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.common.base.Ascii;
import io.xbarflow.core.diagnostic.UserException;

/** How much of its input map a core keeps, and when pixels may be read and overwritten. */
public enum ActivationMemoryPolicy {
  /**
   * The least that works: {@code (kh-1) * W + kw} pixels of the stream. A column of a window is
   * read once its pixels are there, a pixel is overwritten once it was read for the last time.
   */
  @JsonProperty("ring")
  RING,

  /**
   * Whole rows: those of a window and those of a stride. A row of windows starts once its rows are
   * complete; rows are overwritten once a row of windows is done with them.
   */
  @JsonProperty("rows")
  ROWS,

  /** Two whole maps: one is written while the other is read. */
  @JsonProperty("frame")
  FRAME;

  /** The word for it in options and files. */
  public String word() {
    return Ascii.toLowerCase(name());
  }

  /**
   * The policy called {@code text}.
   *
   * <p><i>Throws</i> {@link UserException} for every other word; {@code where} is the option or the
   * place in the file that held it.
   */
  public static ActivationMemoryPolicy parse(String where, String text) {
    for (ActivationMemoryPolicy policy : values()) {
      if (policy.word().equals(text)) {
        return policy;
      }
    }
    throw UserException.badInput(
        where,
        "unknown activation memory policy '" + text + "'",
        "ring, rows or frame",
        "Use one of these, or leave it out.");
  }
}
