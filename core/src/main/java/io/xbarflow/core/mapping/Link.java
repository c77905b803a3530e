package io.xbarflow.core.mapping;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.google.common.math.IntMath;
import io.xbarflow.core.network.Shape;
import java.math.RoundingMode;

/**
 * A pixel stream between two blocks: valid, ready, data, last.
 *
 * @param name legal Verilog name, unique
 * @param tensor the network tensor it carries
 * @param shape shape of one image
 * @param lanes values per beat; the mapper takes a divisor of the channels
 * @param order order of the pixels
 */
public record Link(String name, String tensor, Shape shape, int lanes, StreamOrder order) {
  /** Checks the lanes. */
  public Link {
    checkArgument(
        lanes >= 1 && lanes <= shape.channels(), "%s lanes for %s", lanes, shape.channels());
  }

  /**
   * Beats of one pixel; the last one is partly filled when the lanes do not divide the channels.
   */
  @JsonIgnore
  public int beatsPerPixel() {
    return IntMath.divide(shape.channels(), lanes, RoundingMode.CEILING);
  }

  /** Beats of one image. */
  @JsonIgnore
  public int beatsPerImage() {
    return beatsPerPixel() * shape.pixels();
  }

  /** Bits of the data of one beat. */
  @JsonIgnore
  public int dataBits() {
    return lanes * io.xbarflow.core.network.Tensor.BITS;
  }

  /** The same stream under another name. */
  public Link named(String otherName) {
    return new Link(otherName, tensor, shape, lanes, order);
  }
}
