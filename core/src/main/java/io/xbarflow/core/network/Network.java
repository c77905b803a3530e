package io.xbarflow.core.network;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.HashSet;
import java.util.Set;

/**
 * A quantised CNN as a graph of layers, free of hardware.
 *
 * @param model file name it came from
 * @param modelSha256 hash of that file, hexadecimal
 * @param tensors every edge
 * @param layers in topological order
 * @param inputs graph inputs
 * @param outputs graph outputs; several may stand for one tensor
 */
public record Network(
    String model,
    String modelSha256,
    ImmutableList<Tensor> tensors,
    ImmutableList<Layer> layers,
    ImmutableList<HostTensor> inputs,
    ImmutableList<HostTensor> outputs) {

  /** Checks that names are unique and that every tensor is written before it is read. */
  public Network {
    tensors = ImmutableList.copyOf(tensors);
    layers = ImmutableList.copyOf(layers);
    inputs = ImmutableList.copyOf(inputs);
    outputs = ImmutableList.copyOf(outputs);
    Set<String> known = new HashSet<>();
    for (Tensor tensor : tensors) {
      checkArgument(known.add(tensor.name()), "tensor %s twice", tensor.name());
    }
    Set<String> written = new HashSet<>();
    checkArgument(!inputs.isEmpty(), "no inputs");
    checkArgument(!outputs.isEmpty(), "no outputs");
    Set<String> inputNames = new HashSet<>();
    for (HostTensor input : inputs) {
      checkArgument(inputNames.add(input.name()), "input %s twice", input.name());
      checkArgument(written.add(input.tensor()), "tensor %s is two inputs", input.tensor());
      checkArgument(
          known.contains(input.tensor()),
          "input %s stands for tensor %s, which is not there",
          input.name(),
          input.tensor());
    }
    Set<String> names = new HashSet<>();
    for (Layer layer : layers) {
      checkArgument(names.add(layer.name()), "layer %s twice", layer.name());
      for (String input : layer.inputs()) {
        checkArgument(
            written.contains(input),
            "layer %s reads tensor %s, which no input and no earlier layer writes",
            layer.name(),
            input);
      }
      checkArgument(written.add(layer.output()), "tensor %s written twice", layer.output());
    }
    for (Tensor tensor : tensors) {
      checkArgument(
          written.contains(tensor.name()), "no input and no layer writes tensor %s", tensor.name());
    }
    for (String tensor : written) {
      checkArgument(known.contains(tensor), "a layer writes tensor %s, which is not there", tensor);
    }
    Set<String> outputNames = new HashSet<>();
    for (HostTensor output : outputs) {
      checkArgument(outputNames.add(output.name()), "output %s twice", output.name());
      checkArgument(
          written.contains(output.tensor()),
          "output %s stands for tensor %s, which is not there",
          output.name(),
          output.tensor());
    }
  }

  /** The tensor called {@code name}. */
  public Tensor tensor(String name) {
    for (Tensor tensor : tensors) {
      if (tensor.name().equals(name)) {
        return tensor;
      }
    }
    throw new IllegalArgumentException("no tensor " + name);
  }

  /** Tensors by name. */
  @JsonIgnore
  public ImmutableMap<String, Tensor> tensorsByName() {
    ImmutableMap.Builder<String, Tensor> byName = ImmutableMap.builder();
    tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
    return byName.buildOrThrow();
  }
}
