package io.xbarflow.core.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.core.tensor.ImageBatch.ElementType;
import java.util.List;

/** Between tensor files as ONNX has them and the quantised images of the chip. */
public final class NetworkImages {
  private NetworkImages() {}

  /**
   * The images that {@code batch} holds for {@code input}, quantised by the host when the input is
   * float.
   *
   * <p>Shape: {@code batch} is [images, {@code input.shape}...], or {@code input.shape} alone for
   * one image.
   *
   * @param source what messages call the file
   * @throws UserException when type or shape do not fit
   */
  public static ImmutableList<Image> toImages(
      Network network, HostTensor input, ImageBatch batch, String source) {
    Tensor tensor = network.tensor(input.tensor());
    ElementType expected = elementType(input, tensor.quantisation());
    if (batch.type() != expected) {
      throw UserException.badInput(
          source,
          batch.type() + " values",
          expected + " values for input " + input.name(),
          "Convert the array to the type the model's input has.");
    }
    boolean single = batch.shape().equals(input.shape());
    boolean several =
        batch.shape().size() == input.shape().size() + 1
            && batch.shape().get(0) > 0
            && batch.shape().subList(1, batch.shape().size()).equals(input.shape());
    if (!single && !several) {
      throw UserException.badInput(
          source,
          "shape " + batch.shape(),
          "[images, " + input.shape().toString().substring(1) + " for input " + input.name(),
          "Reshape the array; the first axis counts images.");
    }
    int images = several ? batch.shape().get(0) : 1;
    Shape shape = tensor.shape();
    ImmutableList.Builder<Image> result = ImmutableList.builder();
    for (int image = 0; image < images; image++) {
      int[] values = new int[shape.size()];
      for (int i = 0; i < values.length; i++) {
        float value = batch.get(image * values.length + i);
        values[i] =
            input.floating()
                ? HostQuantisation.quantise(value, tensor.quantisation())
                : (int) value;
      }
      result.add(Image.ofOrdered(shape, values, input.channelsLast()));
    }
    return result.build();
  }

  /**
   * What the host hands out for {@code output}: {@code images} in ONNX layout along the first axis,
   * dequantised and run through Sigmoid or Softmax where the graph says so.
   *
   * @throws IllegalArgumentException when an image has another shape than the output's tensor
   */
  public static ImageBatch fromImages(Network network, HostTensor output, List<Image> images) {
    Tensor tensor = network.tensor(output.tensor());
    int size = tensor.shape().size();
    int[] values = new int[images.size() * size];
    for (int image = 0; image < images.size(); image++) {
      Image from = images.get(image);
      checkArgument(from.shape().equals(tensor.shape()), "%s for %s", from, tensor);
      System.arraycopy(from.ordered(output.channelsLast()), 0, values, image * size, size);
    }
    ImmutableList<Integer> shape =
        ImmutableList.<Integer>builder().add(images.size()).addAll(output.shape()).build();
    if (!output.floating()) {
      return ImageBatch.ofIntegers(tensor.quantisation().signed(), shape, values);
    }
    float[] reals = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      reals[i] = HostQuantisation.dequantise(values[i], tensor.quantisation());
    }
    if (output.sigmoid()) {
      for (int i = 0; i < reals.length; i++) {
        reals[i] = (float) (1 / (1 + Math.exp(-reals[i])));
      }
    }
    if (output.softmaxAxis().isPresent()) {
      int axis = output.softmaxAxis().get();
      int inner = 1;
      for (int dim : output.shape().subList(axis + 1, output.shape().size())) {
        inner *= dim;
      }
      reals = HostQuantisation.softmax(reals, output.shape().get(axis), inner);
    }
    return ImageBatch.ofFloats(shape, reals);
  }

  private static ElementType elementType(HostTensor tensor, Quantisation quantisation) {
    if (tensor.floating()) {
      return ElementType.FLOAT32;
    }
    return quantisation.signed() ? ElementType.INT8 : ElementType.UINT8;
  }
}
