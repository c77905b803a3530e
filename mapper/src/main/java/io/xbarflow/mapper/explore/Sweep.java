package io.xbarflow.mapper.explore;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Lists;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Figures;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Network;
import io.xbarflow.mapper.Mapper;
import io.xbarflow.mapper.MappingOptions;
import io.xbarflow.mapper.UntimedMapping;
import io.xbarflow.mapper.choice.Choices;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Evaluates points of one network on all processors. Points whose mappings take the same time,
 * cycle for cycle, are timed once: budgets that lead to the same choices, or macros of another size
 * under the same pipeline.
 */
public final class Sweep {
  /** Points that are mapped before the first of them is timed. */
  private static final int POINTS_AT_ONCE = 256;

  private final Network network;
  private final Architecture base;
  private final CoreTypes types;
  private final Map<String, Figures> timed = new HashMap<>(); // by timing key

  private final Map<Budget, Choices> choices = new ConcurrentHashMap<>();

  /** That part of a point that patches and copies depend on. */
  private record Budget(
      Macro crossbar,
      int mvmCycles,
      Optional<Integer> crossbars,
      ImmutableSortedMap<String, String> physics) {}

  /** What mapping without timing tells of a point. */
  private record Mapped(
      Point point, String timing, int crossbars, Optional<Figures> bound, Optional<String> reason) {
    Outcome outcome(Figures figures) {
      return new Outcome(
          point,
          Optional.of(timing),
          Optional.of(
              new Figures(
                  crossbars,
                  figures.cyclesPerImage(),
                  figures.firstImageCycles(),
                  figures.activationMemoryBits())),
          bound,
          Optional.empty());
    }
  }

  /** One timing. */
  private record Timed(String key, Figures figures) {}

  /**
   * A sweep over {@code network}.
   *
   * @param base the architecture for what points do not choose
   * @param types core types that points may name
   */
  public Sweep(Network network, Architecture base, CoreTypes types) {
    this.network = network;
    this.base = base;
    this.types = types;
  }

  /**
   * Reuses an outcome of an earlier sweep over the same network and base.
   *
   * @param outcome what became of a point
   */
  public void reuse(Outcome outcome) {
    if (outcome.feasible()) {
      timed.put(outcome.timing().orElseThrow(), outcome.prediction().orElseThrow());
    }
  }

  /**
   * Evaluates {@code points}; gives each outcome to {@code sink} as it comes, in the calling
   * thread. Outcomes depend on the point only, their order may differ from run to run.
   */
  public void run(List<Point> points, Consumer<Outcome> sink) {
    ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      for (List<Point> some : Lists.partition(points, POINTS_AT_ONCE)) {
        evaluate(some, pool, sink);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private void evaluate(List<Point> points, ExecutorService pool, Consumer<Outcome> sink) {
    List<Callable<Mapped>> mappings = new ArrayList<>();
    points.forEach(point -> mappings.add(() -> map(point)));
    Map<String, List<Mapped>> waiting = new LinkedHashMap<>();
    complete(
        pool,
        mappings,
        mapped -> {
          Figures known = timed.get(mapped.timing());
          if (mapped.reason().isPresent()) {
            sink.accept(Outcome.infeasible(mapped.point(), mapped.reason().get()));
          } else if (known != null) {
            sink.accept(mapped.outcome(known));
          } else {
            waiting.computeIfAbsent(mapped.timing(), key -> new ArrayList<>()).add(mapped);
          }
        });
    List<Callable<Timed>> timings = new ArrayList<>();
    waiting.forEach((key, alike) -> timings.add(() -> time(key, alike.get(0).point())));
    complete(
        pool,
        timings,
        timing -> {
          timed.put(timing.key(), timing.figures());
          waiting.get(timing.key()).forEach(alike -> sink.accept(alike.outcome(timing.figures())));
        });
  }

  private Mapped map(Point point) {
    try {
      UntimedMapping mapping = untimed(point);
      return new Mapped(
          point,
          mapping.timingKey(),
          mapping.crossbars(),
          Optional.of(mapping.bound()),
          Optional.empty());
    } catch (UserException error) {
      return new Mapped(point, "", 0, Optional.empty(), Optional.of(error.diagnostic().message()));
    }
  }

  private Timed time(String key, Point point) {
    return new Timed(key, untimed(point).complete().prediction());
  }

  /**
   * The mapping of a point that is feasible, without its timing: enough to compute values.
   *
   * @throws UserException when it is not feasible
   */
  public Mapping mapping(Point point) {
    return untimed(point).ample();
  }

  private UntimedMapping untimed(Point point) {
    Architecture architecture = point.architecture(base);
    MappingOptions options = point.options().withCores(types.assign(network, architecture));
    Choices made =
        choices.computeIfAbsent(
            new Budget(point.crossbar(), point.mvmCycles(), point.crossbars(), point.physics()),
            unused -> Mapper.choices(network, architecture, options));
    return UntimedMapping.of(network, architecture, options, made);
  }

  /** Runs {@code tasks} and gives each result to {@code sink} when it is there. */
  private static <R> void complete(
      ExecutorService pool, List<Callable<R>> tasks, Consumer<R> sink) {
    CompletionService<R> completion = new ExecutorCompletionService<>(pool);
    tasks.forEach(completion::submit);
    for (int done = 0; done < tasks.size(); done++) {
      try {
        sink.accept(completion.take().get());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException(
            "a point cannot be evaluated: " + e.getCause(), e.getCause());
      }
    }
  }
}
