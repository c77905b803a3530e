package io.xbarflow.core.coretype;

import io.xbarflow.core.diagnostic.UserException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls code that is not ours. Whatever it throws, an answer that is null or against the contract,
 * and no answer in time become the user's error, with the core type and the method.
 */
final class GuardedCalls {
  /** Longest time for one call. */
  static final Duration LIMIT = Duration.ofMinutes(2);

  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "core type");
            // A call without end must not keep the program from ending.
            thread.setDaemon(true);
            return thread;
          });

  private final String where;
  private final Duration limit;

  /**
   * Calls of one core type.
   *
   * @param where what messages call it
   * @param limit longest time for a call
   */
  GuardedCalls(String where, Duration limit) {
    this.where = where;
    this.limit = limit;
  }

  /** The same with another name. */
  GuardedCalls named(String other) {
    return new GuardedCalls(other, limit);
  }

  /**
   * What {@code call} gives.
   *
   * @param method its name, for messages
   * @throws UserException when it throws anything else, gives null or does not end
   */
  <T> T call(String method, Callable<T> call) {
    Future<T> running = THREADS.submit(call);
    T answer;
    try {
      answer = running.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw thrown(method, e.getCause());
    } catch (TimeoutException e) {
      running.cancel(true);
      throw broken(
          method,
          String.format(Locale.ROOT, "has not ended after %.0f s", limit.toMillis() / 1e3),
          "an answer in less time");
    } catch (InterruptedException e) {
      running.cancel(true);
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    require(answer != null, method, "gives null", "an answer");
    return answer;
  }

  private RuntimeException thrown(String method, Throwable cause) {
    if (cause instanceof UserException user) {
      return user; // it may refuse parameters
    }
    if (cause instanceof OutOfMemoryError error) {
      throw error;
    }
    StackTraceElement[] trace = cause.getStackTrace();
    UserException error =
        broken(
            method, "throws " + cause + (trace.length == 0 ? "" : " at " + trace[0]), "an answer");
    error.initCause(cause);
    return error;
  }

  /** Checks an answer of {@code method}. */
  void require(boolean holds, String method, String found, String expected) {
    if (!holds) {
      throw broken(method, found, expected);
    }
  }

  private UserException broken(String method, String found, String expected) {
    return UserException.badInput(
        where + ", " + method + "()",
        found,
        expected,
        "Fix the core type; `xbarflow check-core` tries all that docs/macro.md asks of it.");
  }
}
