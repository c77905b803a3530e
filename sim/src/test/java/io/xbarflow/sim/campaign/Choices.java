package io.xbarflow.sim.campaign;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/**
 * The choices that make a random graph, each an integer of which 0 is the plainest. They are drawn
 * at random, or replayed from a list; what the list lacks is 0. A graph is shrunk by shrinking the
 * list.
 */
final class Choices {
  /**
   * The choices of one part of the graph, which can be left out together.
   *
   * @param from first
   * @param to behind the last
   */
  record Span(int from, int to) {}

  private final IntUnaryOperator source;
  private final List<Integer> drawn = new ArrayList<>();
  private final List<Span> spans = new ArrayList<>();

  private Choices(IntUnaryOperator source) {
    this.source = source;
  }

  static Choices random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new Choices(random::nextInt);
  }

  static Choices replay(List<Integer> choices) {
    ImmutableList<Integer> known = ImmutableList.copyOf(choices);
    int[] next = {0};
    return new Choices(
        bound -> next[0] < known.size() ? Math.min(known.get(next[0]++), bound - 1) : 0);
  }

  /** An integer from 0 to {@code bound - 1}. */
  int draw(int bound) {
    int choice = source.applyAsInt(bound);
    drawn.add(choice);
    return choice;
  }

  /** True in {@code percent} of the cases. */
  boolean flag(int percent) {
    return draw(100) >= 100 - percent;
  }

  /** An integer from {@code least}, the plainest, to {@code greatest}. */
  int between(int least, int greatest) {
    return least + draw(Math.max(1, greatest - least + 1));
  }

  /** One of {@code values}, the plainest first. */
  @SafeVarargs
  final <T> T of(T... values) {
    return values[draw(values.length)];
  }

  /** One of {@code values}, the plainest first. */
  <T> T of(List<T> values) {
    return values.get(draw(values.size()));
  }

  /** A random number from -1 to 1, most often near 0. */
  double spread() {
    int up = draw(41);
    int down = draw(41);
    return (up - down) / 40.0;
  }

  /** Draws the choices of {@code part}, which can be left out together. */
  void span(Runnable part) {
    int from = drawn.size();
    part.run();
    spans.add(new Span(from, drawn.size()));
  }

  /** Everything drawn so far. */
  ImmutableList<Integer> drawn() {
    return ImmutableList.copyOf(drawn);
  }

  /** The parts drawn so far. */
  ImmutableList<Span> spans() {
    return ImmutableList.copyOf(spans);
  }
}
