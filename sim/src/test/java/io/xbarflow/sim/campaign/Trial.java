package io.xbarflow.sim.campaign;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.ElementType;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.ImageBatch;
import io.xbarflow.core.tensor.NetworkImages;
import io.xbarflow.sim.campaign.Verdict.Equal;
import io.xbarflow.sim.campaign.Verdict.Failed;
import io.xbarflow.sim.campaign.Verdict.NotRun;
import io.xbarflow.sim.campaign.Verdict.Refused;
import io.xbarflow.sim.golden.GoldenModel;
import io.xbarflow.sim.onnx.OnnxRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares a graph with ONNX Runtime.
 *
 * <p>The rule: what the golden model computes of the graph equals, in shape, type and every value,
 * what ONNX Runtime computes without optimisation of the graph's contract, in which convolutions,
 * products, sums and means in QDQ form are written as the QOperators that they mean. There is no
 * tolerance, but for a last Softmax or LogSoftmax, which the host computes.
 */
final class Trial {
  /** The host's functions are correctly rounded, ONNX Runtime's are float32 approximations. */
  private static final double HOST_TOLERANCE = 2e-6;

  /** Computes the outputs of a model, by name. */
  @FunctionalInterface
  interface Subject {
    /**
     * The outputs of {@code model} for {@code inputs}.
     *
     * @throws UserException when the model is not supported
     */
    Map<String, ImageBatch> run(byte[] model, Map<String, ImageBatch> inputs);
  }

  private final Subject subject;

  Trial(Subject subject) {
    this.subject = subject;
  }

  /** The importer and the golden model; {@code file} is where a model is written. */
  static Subject golden(Path file) {
    return (model, inputs) -> {
      try {
        Files.write(file, model);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return run(OnnxImport.read(file), inputs);
    };
  }

  /** What host and golden model compute of {@code inputs}. */
  static Map<String, ImageBatch> run(Network network, Map<String, ImageBatch> inputs) {
    List<Map<String, Image>> images = new ArrayList<>();
    for (HostTensor input : network.inputs()) {
      List<Image> batch =
          NetworkImages.toImages(network, input, inputs.get(input.name()), input.name());
      for (int i = 0; i < batch.size(); i++) {
        if (i == images.size()) {
          images.add(new HashMap<>());
        }
        images.get(i).put(input.tensor(), batch.get(i));
      }
    }
    GoldenModel golden = new GoldenModel(network);
    List<Map<String, Image>> results = new ArrayList<>();
    for (Map<String, Image> image : images) {
      results.add(golden.run(ImmutableMap.copyOf(image)));
    }
    Map<String, ImageBatch> outputs = new HashMap<>();
    for (HostTensor output : network.outputs()) {
      outputs.put(
          output.name(),
          NetworkImages.fromImages(
              network,
              output,
              results.stream().map(result -> result.get(output.tensor())).toList()));
    }
    return outputs;
  }

  /** The verdict on {@code graph}. */
  Verdict of(GraphCase graph) {
    Map<String, ImageBatch> got;
    try {
      got = subject.run(graph.model().toByteArray(), graph.inputs());
    } catch (UserException e) {
      return new Refused(e.diagnostic().found() + "; expected " + e.diagnostic().expected());
    } catch (RuntimeException | StackOverflowError e) {
      return failed(e);
    }
    try {
      Optional<Failed> first = Optional.empty();
      for (ModelProto contract : graph.contracts()) {
        ImmutableMap<String, ImageBatch> wanted =
            OnnxRuntime.run(contract.toByteArray(), graph.inputs(), OptLevel.NO_OPT);
        Optional<Failed> difference = difference(graph, wanted, got);
        if (difference.isEmpty()) {
          return beside(graph, contract, wanted);
        }
        first = first.or(() -> difference);
      }
      return first.orElseThrow();
    } catch (OrtException e) {
      return new NotRun(e.getMessage());
    }
  }

  /** Equal, with the counts of what ONNX Runtime's other runs make of the graph. */
  private static Equal beside(
      GraphCase graph, ModelProto contract, ImmutableMap<String, ImageBatch> wanted) {
    long values = wanted.values().stream().mapToLong(ImageBatch::size).sum();
    try {
      long levels = levels(graph, contract, wanted);
      long forms = graph.hasContract() ? forms(graph, wanted) : 0;
      return new Equal(values, levels, forms, Optional.empty());
    } catch (OrtException e) {
      // Some of ONNX Runtime's rewrites make a graph that it then refuses.
      return new Equal(values, 0, 0, Optional.of(e.getMessage()));
    }
  }

  private static Failed failed(Throwable thrown) {
    StackTraceElement[] trace = thrown.getStackTrace();
    String at = trace.length == 0 ? "" : " at " + trace[0];
    return new Failed(thrown.getClass().getName(), thrown + at);
  }

  /** Values in which the optimised run of the contract differs from the other. */
  private static long levels(
      GraphCase graph, ModelProto contract, ImmutableMap<String, ImageBatch> wanted)
      throws OrtException {
    ImmutableMap<String, ImageBatch> optimised =
        OnnxRuntime.run(contract.toByteArray(), graph.inputs(), OptLevel.ALL_OPT);
    long count = 0;
    for (String output : wanted.keySet()) {
      for (int i = 0; i < wanted.get(output).size(); i++) {
        count += same(graph, output, wanted, optimised, i) ? 0 : 1;
      }
    }
    return count;
  }

  /** Values in which both runs of the QDQ form are the same and not the contract's. */
  private static long forms(GraphCase graph, ImmutableMap<String, ImageBatch> contract)
      throws OrtException {
    byte[] model = graph.model().toByteArray();
    ImmutableMap<String, ImageBatch> plain =
        OnnxRuntime.run(model, graph.inputs(), OptLevel.NO_OPT);
    ImmutableMap<String, ImageBatch> optimised =
        OnnxRuntime.run(model, graph.inputs(), OptLevel.ALL_OPT);
    long count = 0;
    for (String output : contract.keySet()) {
      for (int i = 0; i < contract.get(output).size(); i++) {
        count +=
            same(graph, output, plain, optimised, i) && !same(graph, output, plain, contract, i)
                ? 1
                : 0;
      }
    }
    return count;
  }

  private static boolean same(
      GraphCase graph,
      String output,
      Map<String, ImageBatch> a,
      Map<String, ImageBatch> b,
      int index) {
    return same(graph, output, a.get(output).get(index), b.get(output).get(index));
  }

  private static boolean same(GraphCase graph, String output, float a, float b) {
    return graph.approximate().contains(output)
        ? Math.abs(a - b) <= HOST_TOLERANCE * Math.max(1, Math.abs(b))
        : a == b || Float.compare(a, b) == 0;
  }

  private static Optional<Failed> difference(
      GraphCase graph, Map<String, ImageBatch> contract, Map<String, ImageBatch> got) {
    for (String name : contract.keySet()) {
      ImageBatch wanted = contract.get(name);
      ImageBatch found = got.get(name);
      if (found == null) {
        return Optional.of(new Failed("output", "no output " + name));
      }
      if (!wanted.shape().equals(found.shape()) || wanted.type() != found.type()) {
        return Optional.of(
            new Failed(
                "shape",
                "output "
                    + name
                    + " is "
                    + found.type()
                    + " "
                    + found.shape()
                    + ", ONNX Runtime's "
                    + wanted.type()
                    + " "
                    + wanted.shape()));
      }
      Optional<Failed> values = values(graph, name, wanted, found);
      if (values.isPresent()) {
        return values;
      }
    }
    return Optional.empty();
  }

  private static Optional<Failed> values(
      GraphCase graph, String output, ImageBatch wanted, ImageBatch found) {
    int count = 0;
    String first = "";
    for (int i = 0; i < wanted.size(); i++) {
      if (!same(graph, output, wanted.get(i), found.get(i))) {
        if (count == 0) {
          first = "value " + i + " is " + text(found, i) + ", ONNX Runtime's " + text(wanted, i);
        }
        count++;
      }
    }
    return count == 0
        ? Optional.empty()
        : Optional.of(
            new Failed(
                "values",
                count
                    + " of "
                    + wanted.size()
                    + " values of output "
                    + output
                    + " differ: "
                    + first));
  }

  private static String text(ImageBatch batch, int index) {
    float value = batch.get(index);
    return batch.type() == ElementType.FLOAT32
        ? Float.toString(value)
        : Integer.toString((int) value);
  }
}
