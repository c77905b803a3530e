package io.xbarflow.testbench;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * A frame that is sent to the chip with another length than it has to have.
 *
 * @param input position of the chip input
 * @param image number of the image
 * @param beats that are sent, {@code last} on the final one; those after the image's own are random
 */
public record SentFrame(int input, int image, int beats) {
  /** Checks that a frame has a beat. */
  public SentFrame {
    checkArgument(input >= 0 && image >= 0 && beats > 0, "%s:%s:%s", input, image, beats);
  }

  /** As the harness takes it. */
  String option() {
    return input + ":" + image + ":" + beats;
  }
}
