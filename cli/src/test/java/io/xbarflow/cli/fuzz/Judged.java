package io.xbarflow.cli.fuzz;

import com.sun.management.ThreadMXBean;
import io.xbarflow.core.diagnostic.Diagnostic;
import io.xbarflow.core.diagnostic.UserException;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * How one input ended.
 *
 * @param outcome what the stages made of it, "refused" or "bug"
 * @param detail the message, if there is one
 * @param fault what is wrong with that, if anything is
 * @param cpuMillis processor time that it took
 * @param allocatedBytes memory that it allocated, whether or not at the same time
 */
record Judged(
    String outcome, String detail, Optional<String> fault, long cpuMillis, long allocatedBytes) {
  /** Processor time that an input may take, since other processes may slow the clock down. */
  static final long MAX_CPU_MILLIS = 10_000;

  /**
   * Memory that an input may allocate from its first to its last stage, garbage of searches
   * included: what lives at once is a part of it.
   */
  static final long MAX_BYTES = 4L << 30;

  private static final long MAX_WAIT_MILLIS = 120_000;
  private static final int MAX_MESSAGE = 6000;

  /** What a message must not contain: Java's own words. */
  private static final Pattern JAVA =
      Pattern.compile("\\bnull\\b|java\\.|Exception|Optional[\\[.]|@[0-9a-f]{6,}|\\p{Cntrl}");

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** The stages under test; gives the name of what they made. */
  interface Stages {
    String run();
  }

  /** Runs {@code stages} in a thread of its own, with the stack of the command line. */
  static Judged of(Stages stages) {
    FutureTask<Judged> task = new FutureTask<>(() -> judged(stages));
    Thread thread = new Thread(task, "fuzzed input");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(MAX_WAIT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      StackTraceElement[] stack = thread.getStackTrace();
      String at = stack.length == 0 ? "" : " at " + stack[0];
      return new Judged(
          "no end",
          "",
          Optional.of("no end after " + MAX_WAIT_MILLIS + " ms" + at),
          MAX_WAIT_MILLIS,
          0);
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Judged judged(Stages stages) {
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long started = THREADS.getCurrentThreadCpuTime();
    String outcome;
    String detail = "";
    Optional<String> fault;
    try {
      outcome = stages.run();
      fault = Optional.empty();
    } catch (UserException e) {
      outcome = "refused";
      detail = e.getMessage();
      fault = faultOf(e.diagnostic());
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError e) {
      StackTraceElement[] stack = e.getStackTrace();
      outcome = "bug";
      fault = Optional.of(e + (stack.length == 0 ? "" : " at " + stack[0] + " " + ours(stack)));
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(THREADS.getCurrentThreadCpuTime() - started);
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    if (fault.isEmpty() && millis > MAX_CPU_MILLIS) {
      fault = Optional.of(millis + " ms, then " + outcome);
    }
    if (fault.isEmpty() && bytes > MAX_BYTES) {
      fault = Optional.of(String.format(Locale.ROOT, "%,d bytes, then %s", bytes, outcome));
    }
    return new Judged(outcome, detail, fault, millis, bytes);
  }

  /** The first frames of {@code stack} that are of this project. */
  private static String ours(StackTraceElement[] stack) {
    StringBuilder ours = new StringBuilder();
    int found = 0;
    for (StackTraceElement frame : stack) {
      if (frame.getClassName().startsWith("io.xbarflow.") && found < 4) {
        ours.append(" <- ").append(frame);
        found++;
      }
    }
    return ours.toString();
  }

  private static Optional<String> faultOf(Diagnostic diagnostic) {
    String message = diagnostic.message();
    boolean blank =
        diagnostic.where().isBlank()
            || diagnostic.found().isBlank()
            || diagnostic.expected().isBlank()
            || diagnostic.advice().isBlank();
    return blank || message.length() > MAX_MESSAGE || JAVA.matcher(message).find()
        ? Optional.of("message: " + message)
        : Optional.empty();
  }
}
