package io.xbarflow.cli;

import io.xbarflow.core.diagnostic.Diagnostic;

/** The exit codes of the process. */
final class ExitCode {
  /** Done, and everything was as promised. */
  static final int DONE = 0;

  /** A verification failed. */
  static final int VERIFICATION_FAILED = Diagnostic.Kind.VERIFICATION_FAILED.exitCode();

  /** An input, an option or an architecture cannot be used. */
  static final int BAD_INPUT = Diagnostic.Kind.BAD_INPUT.exitCode();

  /** An external tool is missing. */
  static final int TOOL_MISSING = Diagnostic.Kind.TOOL_MISSING.exitCode();

  /** A bug in xbarflow. */
  static final int INTERNAL_ERROR = 70;

  private ExitCode() {}
}
