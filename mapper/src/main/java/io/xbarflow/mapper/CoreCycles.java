package io.xbarflow.mapper;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.ImmutableList;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.mapping.CrossbarArray;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Place;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.timing.TimingModel;
import java.util.Collections;
import java.util.Optional;

/**
 * Cycles per image of one core in steady state when its input always waits and its output is always
 * taken: the timing model of the whole pipeline, run on a pipeline of that core. Equal cores are
 * timed once; channels do not matter, only beats.
 */
final class CoreCycles {
  private static final int IMAGES = 4;
  private static final int KEPT = 50_000;

  /** All that the timing of a core depends on. */
  private record Key(Fetch fetch, int mvmCycles, int copies, int beatsIn, int beatsOut) {}

  private static final Cache<Key, Long> TIMED = CacheBuilder.newBuilder().maximumSize(KEPT).build();

  private CoreCycles() {}

  /** Cycles of {@code core} in {@code pipeline}, without what its second port may hold up. */
  static long of(Block.ImcCore core, Pipeline pipeline) {
    return of(
        core.fetch(),
        core.array().core().macro().mvmCycles(),
        core.array().copies(),
        pipeline.link(core.input()).beatsPerPixel(),
        pipeline.link(core.output()).beatsPerPixel());
  }

  /**
   * Cycles of a core.
   *
   * @param fetch its fetch unit, with an ample ring where it has one of policy {@code ring}
   * @param mvmCycles cycles of an MVM
   * @param copies copies of its array
   * @param beatsIn beats of a pixel on its input link
   * @param beatsOut beats of a pixel on its output link
   */
  static long of(Fetch fetch, int mvmCycles, int copies, int beatsIn, int beatsOut) {
    Fetch plain =
        new Fetch(
            withChannels(fetch.input(), beatsIn),
            fetch.order(),
            withChannels(fetch.output(), beatsOut),
            fetch.window(),
            fetch.patch(),
            fetch.ring());
    Key key = new Key(plain, mvmCycles, copies, beatsIn, beatsOut);
    Long known = TIMED.getIfPresent(key);
    if (known == null) {
      known = timed(key);
      TIMED.put(key, known);
    }
    return known;
  }

  private static Shape withChannels(Shape shape, int channels) {
    return new Shape(channels, shape.height(), shape.width());
  }

  private static long timed(Key key) {
    Fetch fetch = key.fetch();
    Link input = new Link("in", "in", fetch.input(), 1, fetch.order());
    StreamOrder order = fetch.outputOrder();
    Link output = new Link("out", "out", fetch.output(), 1, order);
    CrossbarArray array =
        new CrossbarArray(
            CoreUse.ideal(1, 1, key.mvmCycles()),
            key.copies(),
            ImmutableList.of(),
            ImmutableList.copyOf(Collections.nCopies(key.copies(), new Place(0, 0))));
    Block core = new Block.ImcCore("core", "core", "in", "out", Optional.empty(), fetch, array);
    ImmutableList<Port> outputs = ImmutableList.of(new Port("out", "out"));
    return TimingModel.run(
            ImmutableList.of(new Port("in", "in")),
            outputs,
            ImmutableList.of(input, output),
            ImmutableList.of(core),
            IMAGES)
        .steadyCycles(outputs, IMAGES);
  }
}
