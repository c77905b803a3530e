package io.xbarflow.core.diagnostic;

/** A mistake the user can mend. Everything below the command line throws it and never prints. */
public final class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Diagnostic diagnostic;

  /** Carries {@code diagnostic} to the command line. */
  public UserException(Diagnostic diagnostic) {
    super(diagnostic.message());
    this.diagnostic = diagnostic;
  }

  /** Carries {@code diagnostic} and what caused it. */
  public UserException(Diagnostic diagnostic, Throwable cause) {
    super(diagnostic.message(), cause);
    this.diagnostic = diagnostic;
  }

  /** Bad input (exit code 2). */
  public static UserException badInput(String where, String found, String expected, String advice) {
    return new UserException(
        new Diagnostic(Diagnostic.Kind.BAD_INPUT, where, found, expected, advice));
  }

  /** A missing tool (exit code 3). */
  public static UserException toolMissing(
      String where, String found, String expected, String advice) {
    return new UserException(
        new Diagnostic(Diagnostic.Kind.TOOL_MISSING, where, found, expected, advice));
  }

  /** What to tell the user. */
  public Diagnostic diagnostic() {
    return diagnostic;
  }
}
