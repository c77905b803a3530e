package io.xbarflow.core.network;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * An edge of the network: a quantised feature map, 8 bits a value.
 *
 * @param name ONNX value name, unique in the network
 * @param shape shape of one image
 * @param quantisation meaning of its values
 */
public record Tensor(String name, Shape shape, Quantisation quantisation) {
  /** Bits of every value. */
  public static final int BITS = 8;

  /** Checks that the name is not empty. */
  public Tensor {
    checkArgument(!name.isEmpty(), "empty tensor name");
  }
}
