package io.xbarflow.core.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.ElementType;
import io.xbarflow.core.network.HostStep;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
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
    ImmutableList<Integer> dims =
        ImmutableList.<Integer>builder().add(images).addAll(input.shape()).build();
    ImageBatch computed =
        HostSteps.apply(input.steps(), ImageBatch.of(batch.type(), dims, batch.values()));
    Shape shape = tensor.shape();
    ImmutableList.Builder<Image> result = ImmutableList.builder();
    for (int image = 0; image < images; image++) {
      int[] values = new int[shape.size()];
      for (int i = 0; i < values.length; i++) {
        float value = computed.get(image * values.length + i);
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
   * dequantised, and behind the output's steps.
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
      return HostSteps.apply(
          output.steps(), ImageBatch.ofIntegers(tensor.quantisation().signed(), shape, values));
    }
    float[] reals = new float[values.length];
    boolean tabled = !output.steps().isEmpty() && output.steps().get(0) instanceof HostStep.Table;
    for (int i = 0; i < reals.length; i++) {
      reals[i] =
          tabled
              ? real((HostStep.Table) output.steps().get(0), tensor, output, values[i], i)
              : HostQuantisation.dequantise(values[i], tensor.quantisation());
    }
    return HostSteps.apply(
        output.steps().subList(tabled ? 1 : 0, output.steps().size()),
        ImageBatch.ofFloats(shape, reals));
  }

  /**
   * What the host may have been given for {@code input} to make {@code image} of it. Where it
   * computes more than an order of values, that is not looked for: then the values of the image
   * stand for themselves.
   *
   * <p>Shape: [1, {@code input.shape}...].
   */
  public static ImageBatch given(Network network, HostTensor input, Image image) {
    Tensor tensor = network.tensor(input.tensor());
    ImmutableList<Integer> shape =
        ImmutableList.<Integer>builder().add(1).addAll(input.shape()).build();
    int[] values = image.ordered(input.channelsLast());
    if (!input.floating()) {
      return ImageBatch.ofIntegers(tensor.quantisation().signed(), shape, values);
    }
    float[] reals = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      reals[i] = HostQuantisation.dequantise(values[i], tensor.quantisation());
    }
    return ImageBatch.ofFloats(shape, reals);
  }

  /** The function of {@code value}, number {@code index} in the order of {@code output}. */
  private static float real(
      HostStep.Table table, Tensor tensor, HostTensor output, int value, int index) {
    int functions = table.values().size() / HostStep.Table.VALUES;
    int channel = output.channelsLast() ? index : index / tensor.shape().pixels();
    return table
        .values()
        .get(
            channel % tensor.shape().channels() % functions * HostStep.Table.VALUES
                + value
                - tensor.quantisation().min());
  }

  private static ElementType elementType(HostTensor tensor, Quantisation quantisation) {
    return tensor.floating() ? ElementType.FLOAT32 : ElementType.of(quantisation);
  }
}
