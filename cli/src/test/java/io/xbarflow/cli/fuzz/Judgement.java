package io.xbarflow.cli.fuzz;

import com.sun.management.ThreadMXBean;
import io.xbarflow.core.diagnostic.Diagnostic;
import io.xbarflow.core.diagnostic.UserException;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * How one input ended: in what the stages made of it, or in one message to the user. Anything else
 * is a fault: another exception, an unclear message, too long a time. The heap of these tests is
 * the memory that an input may take (cli/pom.xml), so too much of it is an {@link
 * OutOfMemoryError}.
 *
 * @param outcome what the stages made of it, {@link #REFUSED} or {@link #BUG}
 * @param message to the user, when it was refused
 * @param fault what is wrong with that, if anything is
 * @param cpuMillis processor time that it took
 */
record Judgement(String outcome, Optional<String> message, Optional<String> fault, long cpuMillis) {
  /** Ended in a message to the user. */
  static final String REFUSED = "refused";

  /** Ended in an exception that is not one. */
  static final String BUG = "bug";

  /** Processor time that an input may take, since other processes may slow the clock down. */
  private static final long MAX_CPU_MILLIS = 10_000;

  /** Ends an endless loop only. */
  private static final long MAX_WAIT_MILLIS = 120_000;

  private static final int MAX_MESSAGE = 6000;
  private static final int FRAMES_SHOWN = 6;

  /** What a message must not contain: Java's own words. A value of a user's JSON may be null. */
  private static final Pattern JAVA =
      Pattern.compile(
          "(?<!\\bis )\\bnull\\b|java\\.|io\\.xbarflow|com\\.fasterxml|Exception|Optional[\\[.]"
              + "|@[0-9a-f]{6,}|`[A-Z]\\w*\\.|\\p{Cntrl}");

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** The stages under test; gives the name of what they made. */
  interface Stages {
    String run();
  }

  /** Runs {@code stages} in a thread of its own, with the stack of the command line. */
  static Judgement of(Stages stages) {
    FutureTask<Judgement> task = new FutureTask<>(() -> judged(stages));
    Thread thread = new Thread(task, "fuzzed input");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(MAX_WAIT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return new Judgement(
          BUG,
          Optional.empty(),
          Optional.of("no end after " + MAX_WAIT_MILLIS + " ms" + frames(thread.getStackTrace())),
          MAX_WAIT_MILLIS);
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Judgement judged(Stages stages) {
    long started = THREADS.getCurrentThreadCpuTime();
    String outcome;
    Optional<String> message = Optional.empty();
    Optional<String> fault = Optional.empty();
    try {
      outcome = stages.run();
    } catch (UserException e) {
      outcome = REFUSED;
      message = Optional.of(e.getMessage());
      fault = unclear(e.diagnostic());
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError e) {
      outcome = BUG;
      fault = Optional.of(e + frames(e.getStackTrace()));
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(THREADS.getCurrentThreadCpuTime() - started);
    if (fault.isEmpty() && millis > MAX_CPU_MILLIS) {
      fault = Optional.of(millis + " ms of processor time, then " + outcome);
    }
    return new Judgement(outcome, message, fault, millis);
  }

  /**
   * Where it happened: the first frame of {@code stack}, and the first that are of this project.
   */
  private static String frames(StackTraceElement[] stack) {
    StringBuilder frames = new StringBuilder();
    int shown = 0;
    for (int i = 0; i < stack.length && shown < FRAMES_SHOWN; i++) {
      if (i == 0 || stack[i].getClassName().startsWith("io.xbarflow.")) {
        frames.append(shown == 0 ? " at " : " <- ").append(stack[i]);
        shown++;
      }
    }
    return frames.toString();
  }

  private static Optional<String> unclear(Diagnostic said) {
    String message = said.message();
    boolean clear =
        said.kind() == Diagnostic.Kind.BAD_INPUT
            && !said.where().isBlank()
            && !said.found().isBlank()
            && !said.expected().isBlank()
            && !said.advice().isBlank()
            && message.length() <= MAX_MESSAGE
            && !JAVA.matcher(message).find();
    return clear ? Optional.empty() : Optional.of("unclear: " + message);
  }
}
