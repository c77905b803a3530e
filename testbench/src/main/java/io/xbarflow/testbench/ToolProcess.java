package io.xbarflow.testbench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Runs an external program and hands its output on line by line. This is the one place where
 * programs are started: none outlives the call, nor this process when that is told to end (Ctrl-C,
 * SIGTERM), and neither do the programs that it started in turn.
 */
public final class ToolProcess {
  /** What a program gets to end by itself once it is told to. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private ToolProcess() {}

  /**
   * Runs {@code command} in {@code folder} to its end; {@code lines} gets standard output and
   * standard error, whatever {@code lines} throws.
   *
   * @return the exit code
   * @throws IOException when the program cannot be started
   */
  public static int run(ImmutableList<String> command, Path folder, Consumer<String> lines)
      throws IOException {
    Running running = new Running(command, folder);
    try {
      running.read(lines);
      return running.process.waitFor();
    } catch (InterruptedException e) {
      throw interrupted(command, e);
    } finally {
      running.end();
    }
  }

  /**
   * The same for a program that has to end within {@code limit}, even if it prints nothing or does
   * not end when it is told to. One that has ended and left its output open in another program is
   * done: what that prints is not waited for.
   *
   * @throws IOException when the program cannot be started or does not end in time
   */
  public static int run(
      ImmutableList<String> command, Path folder, Duration limit, Consumer<String> lines)
      throws IOException {
    Running running = new Running(command, folder);
    long deadline = System.nanoTime() + limit.toNanos();
    List<String> printed = new CopyOnWriteArrayList<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                running.read(printed::add);
              } catch (IOException | UncheckedIOException e) {
                // The end of the output, as far as anyone can see.
              }
            },
            "output of " + command.get(0));
    reader.setDaemon(true);
    reader.start();
    try {
      boolean ended = running.process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (!ended) {
        throw new IOException(
            command.get(0) + " did not end within " + limit.toSeconds() + " seconds");
      }
      // Whether the reader sees an end that another program keeps open is a matter of chance.
      reader.join(GRACE.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(command, e);
    } finally {
      running.end();
    }
    printed.forEach(lines);
    return running.process.exitValue();
  }

  private static IOException interrupted(ImmutableList<String> command, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IOException(command.get(0) + " was interrupted", e);
  }

  /** A program that was started, with all that it starts. */
  private static final class Running {
    private final Process process;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Thread hook = new Thread(this::stop);

    Running(ImmutableList<String> command, Path folder) throws IOException {
      try {
        Runtime.getRuntime().addShutdownHook(hook);
      } catch (IllegalStateException e) {
        waitForTheEnd();
      }
      try {
        process =
            new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
      } catch (IOException e) {
        removeHook();
        throw e;
      }
    }

    void read(Consumer<String> lines) throws IOException {
      try (BufferedReader output =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
          lines.accept(line);
        }
      }
    }

    /** The virtual machine ends, and so does the program. */
    private void stop() {
      stopped.set(true);
      if (process != null) {
        destroy(process);
      }
    }

    /** Ends what still runs. */
    void end() {
      removeHook();
      if (process.isAlive()) {
        destroy(process);
      }
      if (stopped.get()) {
        // The exit code of a program that was told to end is no finding.
        waitForTheEnd();
      }
    }

    private void removeHook() {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        waitForTheEnd();
      }
    }
  }

  /** Lets the shutdown that has begun go on, with nothing more done here. */
  private static void waitForTheEnd() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends {@code process} and all that it started; by force what does not end by itself. */
  private static void destroy(Process process) {
    // Taken before anything ends: later they belong to nobody.
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroy);
    long deadline = System.nanoTime() + GRACE.toNanos();
    try {
      while (all.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < deadline) {
        Thread.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    all.forEach(ProcessHandle::destroyForcibly);
  }
}
