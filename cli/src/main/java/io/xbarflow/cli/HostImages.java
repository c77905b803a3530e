package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxTensorFile;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NetworkImages;
import io.xbarflow.core.tensor.NpyFile;
import io.xbarflow.core.tensor.RandomImages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers the images a network is run on, from files or at random. */
final class HostImages {
  private HostImages() {}

  /**
   * For every image the network's inputs by tensor name.
   *
   * @throws UserException when a file cannot be read or does not fit
   */
  static ImmutableList<ImmutableMap<String, Image>> load(Network network, Inputs inputs) {
    Map<String, List<Image>> byTensor = new LinkedHashMap<>();
    network.inputs().forEach(input -> byTensor.put(input.tensor(), new ArrayList<>()));
    if (inputs.files().isEmpty()) {
      ImmutableMap<String, ImmutableList<Image>> random =
          RandomImages.of(network, inputs.images(), inputs.seed());
      network
          .inputs()
          .forEach(input -> byTensor.get(input.tensor()).addAll(random.get(input.name())));
    } else {
      for (Path argument : inputs.files()) {
        HostTensor input = inputOf(network, argument);
        Path file = fileOf(network, argument);
        byTensor
            .get(input.tensor())
            .addAll(NetworkImages.toImages(network, input, read(file), file.toString()));
      }
    }
    int count = byTensor.values().iterator().next().size();
    byTensor.forEach(
        (tensor, images) -> {
          if (images.size() != count) {
            throw UserException.badInput(
                "--input",
                images.size() + " images for " + tensor + " and " + count + " for another input",
                "as many images for every input",
                "Give each input's files as --input NAME=FILE.");
          }
        });
    int used = inputs.images() == 0 ? count : Math.min(count, inputs.images());
    ImmutableList.Builder<ImmutableMap<String, Image>> images = ImmutableList.builder();
    for (int i = 0; i < used; i++) {
      int image = i;
      ImmutableMap.Builder<String, Image> tensors = ImmutableMap.builder();
      byTensor.forEach((tensor, list) -> tensors.put(tensor, list.get(image)));
      images.add(tensors.buildOrThrow());
    }
    return images.build();
  }

  /**
   * For every image the network's inputs by name as the host has them, each with a batch axis of 1.
   *
   * @throws UserException when a file cannot be read or does not fit
   */
  static ImmutableList<ImmutableMap<String, ImageBatch>> batches(Network network, Inputs inputs) {
    ImmutableList<ImmutableMap<String, Image>> images = load(network, inputs);
    Map<String, List<ImageBatch>> byInput = new LinkedHashMap<>();
    network.inputs().forEach(input -> byInput.put(input.name(), new ArrayList<>()));
    for (Path argument : inputs.files()) {
      HostTensor input = inputOf(network, argument);
      byInput.get(input.name()).addAll(read(fileOf(network, argument)).images(input.shape()));
    }
    ImmutableList.Builder<ImmutableMap<String, ImageBatch>> result = ImmutableList.builder();
    for (int i = 0; i < images.size(); i++) {
      ImmutableMap.Builder<String, ImageBatch> batches = ImmutableMap.builder();
      for (HostTensor input : network.inputs()) {
        batches.put(
            input.name(),
            inputs.files().isEmpty()
                ? NetworkImages.given(network, input, images.get(i).get(input.tensor()))
                : byInput.get(input.name()).get(i));
      }
      result.add(batches.buildOrThrow());
    }
    return result.build();
  }

  private static HostTensor inputOf(Network network, Path argument) {
    for (HostTensor input : network.inputs()) {
      if (argument.toString().startsWith(input.name() + "=")) {
        return input;
      }
    }
    if (network.inputs().size() == 1) {
      return network.inputs().get(0);
    }
    throw UserException.badInput(
        "--input " + argument,
        "a file without the name of an input, for a network with several",
        "NAME=FILE with NAME one of " + network.inputs().stream().map(HostTensor::name).toList(),
        "Say which input the file is for.");
  }

  private static Path fileOf(Network network, Path argument) {
    for (HostTensor input : network.inputs()) {
      String prefix = input.name() + "=";
      if (argument.toString().startsWith(prefix)) {
        return Path.of(argument.toString().substring(prefix.length()));
      }
    }
    return argument;
  }

  private static ImageBatch read(Path file) {
    return file.toString().endsWith(".pb") ? OnnxTensorFile.read(file) : NpyFile.read(file);
  }
}
