package io.xbarflow.core.onnx;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.Multimaps;

/**
 * A place where the network computes something else than the graph that was given.
 *
 * @param where node, as messages name it
 * @param text what was changed, and by how much the results can differ
 */
public record ImportNote(String where, String text) {
  /** Checks that neither is empty. */
  public ImportNote {
    checkArgument(!where.isEmpty() && !text.isEmpty(), "note %s: %s", where, text);
  }

  /** {@code notes}, one line for all that say the same. */
  public static ImmutableList<String> lines(ImmutableList<ImportNote> notes) {
    ImmutableListMultimap<String, ImportNote> byText = Multimaps.index(notes, ImportNote::text);
    return byText.asMap().entrySet().stream()
        .map(
            same -> {
              int others = same.getValue().size() - 1;
              String first = same.getValue().iterator().next().where();
              String more =
                  others == 0 ? "" : " and " + others + (others == 1 ? " other" : " others");
              return first + more + ": " + same.getKey();
            })
        .collect(ImmutableList.toImmutableList());
  }
}
