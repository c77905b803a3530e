package io.xbarflow.examples.results;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs a program to its end or to a limit and watches the memory of its processes, as Linux states
 * it in {@code /proc}.
 */
final class MeasuredProcess {
  private static final long POLL_MILLISECONDS = 50;
  private static final Splitter FIELDS = Splitter.onPattern("\\s+").omitEmptyStrings();

  private static final ImmutableSet<String> BUILD_TOOLS =
      ImmutableSet.of(
          "verilator",
          "verilator_bin",
          "perl",
          "make",
          "g++",
          "c++",
          "cc1plus",
          "as",
          "ld",
          "collect2",
          "ar",
          "ccache",
          "python3");

  private MeasuredProcess() {}

  /** What a process does for a co-simulation. */
  enum Part {
    /** The program itself. */
    PROGRAM,
    /** Verilator and the C++ compiler. */
    BUILD,
    /** The simulator. */
    SIMULATOR
  }

  /**
   * What was seen of one part.
   *
   * @param seconds from when it was first seen to when it was last seen
   * @param peakMebibytes most memory its processes had at once
   */
  record Usage(double seconds, long peakMebibytes) {}

  /**
   * A program that ended or was stopped.
   *
   * @param exitCode absent when it was stopped at the limit
   * @param seconds wall-clock time
   * @param parts what was seen of each part
   */
  record Measured(Optional<Integer> exitCode, double seconds, ImmutableMap<Part, Usage> parts) {
    /** Memory of all parts together, at most. */
    Usage usage(Part part) {
      return parts.getOrDefault(part, new Usage(0, 0));
    }
  }

  /**
   * Runs {@code command}.
   *
   * @param environment further variables
   * @param log where its output is appended
   * @throws IOException when it cannot be started
   */
  static Measured run(
      ImmutableList<String> command,
      ImmutableMap<String, String> environment,
      Path log,
      long limitSeconds)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    long started = System.nanoTime();
    Process process = builder.start();
    // Whoever ends this program ends what it started; of a process that has ended nothing is left.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> destroy(process)));
    Map<Part, Peak> peaks = new EnumMap<>(Part.class);
    try {
      process.getOutputStream().close();
      boolean ended = false;
      while (!ended && System.nanoTime() - started < TimeUnit.SECONDS.toNanos(limitSeconds)) {
        ended = process.waitFor(POLL_MILLISECONDS, TimeUnit.MILLISECONDS);
        if (!ended) {
          look(process, System.nanoTime() - started, peaks);
        }
      }
      ImmutableMap.Builder<Part, Usage> parts = ImmutableMap.builder();
      double seconds = (System.nanoTime() - started) / 1e9;
      peaks.forEach((part, peak) -> parts.put(part, peak.usage()));
      return new Measured(
          ended ? Optional.of(process.exitValue()) : Optional.empty(),
          seconds,
          parts.buildOrThrow());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(command.get(0) + " was interrupted", e);
    } finally {
      destroy(process);
    }
  }

  private static void destroy(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static final class Peak {
    private final long firstNanos;
    private long lastNanos;
    private long kibibytes;

    Peak(long nanos) {
      firstNanos = nanos;
    }

    void at(long nanos, long seen) {
      lastNanos = nanos;
      kibibytes = Math.max(kibibytes, seen);
    }

    Usage usage() {
      return new Usage((lastNanos - firstNanos) / 1e9, (kibibytes + 1023) / 1024);
    }
  }

  private static void look(Process process, long nanos, Map<Part, Peak> peaks) {
    Map<Part, Long> now = new EnumMap<>(Part.class);
    Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .forEach(
            handle -> {
              Path folder = Path.of("/proc", Long.toString(handle.pid()));
              ImmutableMap<String, String> status = status(folder.resolve("status"));
              Part part = part(status.getOrDefault("Name", ""));
              // The high-water mark of one process; of several the memory that they have now.
              long before = now.getOrDefault(part, 0L);
              long memory = kibibytes(status, before == 0 ? "VmHWM" : "VmRSS");
              now.put(part, before + memory);
            });
    now.forEach(
        (part, memory) -> peaks.computeIfAbsent(part, any -> new Peak(nanos)).at(nanos, memory));
  }

  private static Part part(String name) {
    return name.startsWith("Vcosim")
        ? Part.SIMULATOR
        : BUILD_TOOLS.contains(name) ? Part.BUILD : Part.PROGRAM;
  }

  /** Lines {@code Name: value} of a status file; none of a process that has ended. */
  static ImmutableMap<String, String> status(Path file) {
    ImmutableMap.Builder<String, String> values = ImmutableMap.builder();
    try {
      for (String line : Files.readAllLines(file)) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          values.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
      }
    } catch (IOException e) {
      return ImmutableMap.of();
    }
    return values.buildKeepingLast();
  }

  private static long kibibytes(ImmutableMap<String, String> status, String name) {
    return status.containsKey(name)
        ? Long.parseLong(FIELDS.splitToList(status.get(name)).get(0))
        : 0;
  }
}
