package io.xbarflow.core.timing;

import io.xbarflow.core.mapping.Link;

/**
 * Global average pooling: a beat is taken while its accumulator is read, is added one cycle later,
 * and with the last pixel enters the arithmetic pipe.
 */
final class GlobalAverageTimes {
  private final int beatsPerPixel;
  private final int beatsPerImage;
  private final int total;
  private final BeatTimes input;
  private final ElasticPipe pipe;
  private int added;
  private long lastAdded = -1;

  GlobalAverageTimes(Link link, BeatTimes input, ElasticPipe pipe, int images) {
    this.beatsPerPixel = link.beatsPerPixel();
    this.beatsPerImage = link.beatsPerImage();
    this.total = beatsPerImage * images;
    this.input = input;
    this.pipe = pipe;
  }

  boolean advance() {
    boolean moved = false;
    boolean again = true;
    while (again) {
      again = pipe.advance();
      if (input.accepted() < total
          && input.accepted() == added
          && input.crossed() == input.accepted()) {
        input.accept(Math.max(input.afterPrevious(added), lastAdded));
        again = true;
      }
      if (added < input.crossed()) {
        boolean lastPixel = added % beatsPerImage >= beatsPerImage - beatsPerPixel;
        if (!lastPixel) {
          lastAdded = input.crossing(added) + 1;
          added++;
          again = true;
        } else if (pipe.canEnter()) {
          lastAdded = Math.max(input.crossing(added) + 1, pipe.earliestEntry());
          pipe.enter(lastAdded);
          added++;
          again = true;
        }
      }
      moved |= again;
    }
    return moved;
  }
}
