package io.xbarflow.sim.golden;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** Threads that share out independent pieces of work. */
final class Workers implements AutoCloseable {
  /** The caller's thread alone. */
  static final Workers CALLER = new Workers(1);

  private final int threads;
  private final ExecutorService others;

  /** {@code threads} threads, the caller's among them. */
  Workers(int threads) {
    checkArgument(threads > 0, "threads %s", threads);
    this.threads = threads;
    others =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1),
            run -> {
              Thread thread = new Thread(run, "golden");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Threads that work. */
  int threads() {
    return threads;
  }

  /**
   * Does pieces 0 to {@code count - 1}, in any order.
   *
   * @param worker called once in every thread that takes part; gives what does a piece, and may
   *     hold memory for it
   */
  void share(int count, Supplier<IntConsumer> worker) {
    AtomicInteger next = new AtomicInteger();
    Runnable work =
        () -> {
          int piece = next.getAndIncrement();
          if (piece < count) {
            IntConsumer pieces = worker.get();
            for (; piece < count; piece = next.getAndIncrement()) {
              pieces.accept(piece);
            }
          }
        };
    List<Future<?>> pending = new ArrayList<>();
    for (int i = 1; i < Math.min(threads, count); i++) {
      pending.add(others.submit(work));
    }
    try {
      work.run();
    } finally {
      next.set(count); // After a failure here the others need not go on.
      pending.forEach(Workers::await);
    }
  }

  private static void await(Future<?> work) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          work.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true; // The work still writes to the caller's arrays.
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    others.shutdownNow();
  }
}
