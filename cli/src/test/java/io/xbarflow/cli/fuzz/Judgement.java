package io.xbarflow.cli.fuzz;

import com.sun.management.OperatingSystemMXBean;
import io.xbarflow.cli.StagesForTests;
import io.xbarflow.core.diagnostic.Diagnostic;
import io.xbarflow.core.diagnostic.UserException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What came of a stage: its artefact, or one message to the user.
 *
 * @param message to the user, when there is no artefact
 * @param wrong why neither is acceptable, when that is so: another exception, an unclear message,
 *     too long a time
 * @param seconds of processor time
 */
record Judgement(Optional<String> message, Optional<String> wrong, double seconds) {
  private static final long LIMIT_SECONDS = 10;
  private static final int FRAMES_SHOWN = 6;

  /** Runs {@code stage} on {@code output}. */
  static Judgement of(StagesForTests stage, Path output) {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    long before = processorNanos();
    Optional<String> message = Optional.empty();
    Optional<String> wrong = Optional.empty();
    try {
      Future<?> run = executor.submit(() -> stage.run(output));
      // The machine may be busy: what counts is processor time, this only ends an endless loop.
      run.get(6 * LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UserException user) {
        message = Optional.of(user.getMessage());
        wrong = unclear(user.diagnostic());
      } else {
        List<StackTraceElement> trace = List.of(e.getCause().getStackTrace());
        wrong =
            Optional.of(
                e.getCause() + " at " + trace.subList(0, Math.min(FRAMES_SHOWN, trace.size())));
      }
    } catch (TimeoutException e) {
      wrong = Optional.of("no end after " + 6 * LIMIT_SECONDS + " s");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      executor.shutdownNow();
    }
    double seconds = (processorNanos() - before) / 1e9;
    if (wrong.isEmpty() && seconds > LIMIT_SECONDS) {
      wrong = Optional.of(String.format(Locale.ROOT, "%.1f s of processor time", seconds));
    }
    return new Judgement(message, wrong, seconds);
  }

  private static long processorNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static Optional<String> unclear(Diagnostic said) {
    String message = said.message();
    boolean clear =
        said.kind() == Diagnostic.Kind.BAD_INPUT
            && !said.where().isBlank()
            && !said.found().isBlank()
            && !said.expected().isBlank()
            && !said.advice().isBlank()
            && !message.contains("\n")
            && !message.matches(".*(java\\.|io\\.xbarflow|com\\.fasterxml|Exception|`\\w+\\.).*")
            && !message.matches(".*(: null;|\\bexpected null\\b|^null).*");
    return clear ? Optional.empty() : Optional.of("unclear: " + message);
  }
}
