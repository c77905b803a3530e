package io.xbarflow.examples.results;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Ints;
import io.xbarflow.core.diagnostic.UserException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * What is asked for.
 *
 * @param networks names of reference networks or ONNX files; all when empty
 * @param mvmCycles durations of an MVM
 * @param images images of a co-simulation
 * @param limitSeconds after which a stage is stopped
 * @param effort {@code full} or {@code quick}
 * @param cosim whether to co-simulate
 * @param again whether rows that are complete are run again
 * @param missing whether rows that are complete are kept though they are of another revision
 * @param render whether only the page is written, from the rows that are there
 */
record ResultOptions(
    ImmutableList<String> networks,
    ImmutableList<Integer> mvmCycles,
    int images,
    int limitSeconds,
    String effort,
    boolean cosim,
    boolean again,
    boolean missing,
    boolean render) {

  static final String USAGE =
      "[--mvm-cycles 8,130] [--images 3] [--limit SECONDS] [--effort full|quick] [--no-cosim]"
          + " [--again] [--missing] [--render] [NETWORK|FILE.onnx ...]";

  /** The options that {@code arguments} state. */
  static ResultOptions of(String... arguments) {
    Deque<String> words = new ArrayDeque<>(Arrays.asList(arguments));
    ImmutableList.Builder<String> networks = ImmutableList.builder();
    ImmutableList<Integer> mvmCycles = ImmutableList.of(8, 130);
    int images = 3;
    int limitSeconds = 1800;
    String effort = "full";
    boolean cosim = true;
    boolean again = false;
    boolean missing = false;
    boolean render = false;
    while (!words.isEmpty()) {
      String word = words.remove();
      switch (word) {
        case "--mvm-cycles" ->
            mvmCycles =
                Splitter.on(',')
                    .splitToStream(value(word, words))
                    .map(value -> number(word, value))
                    .collect(toImmutableList());
        case "--images" -> images = number(word, value(word, words));
        case "--limit" -> limitSeconds = number(word, value(word, words));
        case "--effort" -> effort = value(word, words);
        case "--no-cosim" -> cosim = false;
        case "--again" -> again = true;
        case "--missing" -> missing = true;
        case "--render" -> render = true;
        default -> {
          if (word.startsWith("-")) {
            throw UserException.badInput(word, "no such option", USAGE, "Mend the option.");
          }
          networks.add(word);
        }
      }
    }
    return new ResultOptions(
        networks.build(), mvmCycles, images, limitSeconds, effort, cosim, again, missing, render);
  }

  private static String value(String option, Deque<String> words) {
    if (words.isEmpty()) {
      throw UserException.badInput(option, "no value behind it", USAGE, "Add the value.");
    }
    return words.remove();
  }

  private static int number(String option, String text) {
    Integer number = Ints.tryParse(text);
    if (number == null || number <= 0) {
      throw UserException.badInput(
          option, "'" + text + "'", "a whole number of at least 1", "Mend the value.");
    }
    return number;
  }
}
