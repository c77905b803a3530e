package io.xbarflow.core.diagnostic;

import static java.util.Objects.requireNonNull;

import io.xbarflow.core.text.Printable;

/**
 * One message for the user: what was found, where, what was expected and what to do.
 *
 * @param kind which exit code the command line gives it
 * @param where file, node, layer or option the message is about
 * @param found what was found there
 * @param expected what is supported or was expected
 * @param advice what the user can do
 */
public record Diagnostic(Kind kind, String where, String found, String expected, String advice) {
  /** What went wrong, as the command line's exit codes tell it apart. */
  public enum Kind {
    /** A verification failed: outputs, cycles or a stream protocol are not as promised. */
    VERIFICATION_FAILED(1),
    /** The input, an option or an architecture cannot be used. */
    BAD_INPUT(2),
    /** An external tool is missing. */
    TOOL_MISSING(3);

    private final int exitCode;

    Kind(int exitCode) {
      this.exitCode = exitCode;
    }

    /** The process exit code of this kind. */
    public int exitCode() {
      return exitCode;
    }
  }

  /** Checks that no part is missing. */
  public Diagnostic {
    requireNonNull(kind);
    requireNonNull(where);
    requireNonNull(found);
    requireNonNull(expected);
    requireNonNull(advice);
  }

  /** The message in one line; control characters of names in it are escaped. */
  public String message() {
    return Printable.of(where + ": " + found + "; expected " + expected + ". " + advice);
  }
}
