package io.xbarflow.core.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.network.HostStep;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Tensor;
import io.xbarflow.testsupport.NeedsThirdPartyModels;
import io.xbarflow.testsupport.ThirdPartyModels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Real networks: layers, shapes, and one meaning of every form. */
@NeedsThirdPartyModels
final class ThirdPartyNetworksTest {
  private record Case(String model, String layers, String inputs, String outputs) {}

  private static final ImmutableList<Case> CASES =
      ImmutableList.of(
          new Case(
              "resnet8_cifar10/model.qop_i8.onnx",
              "CCCACCCACCCAGC",
              "input 3x32x32 int8",
              "logits_i8 10x1x1 int8"),
          new Case(
              "resnet8_cifar10/model.qop.onnx",
              "CCCACCCACCCAGC",
              "input 3x32x32 float",
              "prob 10x1x1 float softmax 0, logits 10x1x1 float"),
          new Case(
              "resnet8_cifar10/model.qdq.onnx",
              "CCCACCCACCCAGC",
              "input 3x32x32 float",
              "prob 10x1x1 float softmax 0, logits 10x1x1 float"),
          new Case(
              "mnist8/model.qop_u8s8.onnx",
              "CPCPCK",
              "Input3 1x28x28 float",
              "Plus214_Output_0 10x1x1 float"),
          new Case(
              "mnist8/model.qdq_u8s8.onnx",
              "CKPCKPCK",
              "Input3 1x28x28 float",
              "Plus214_Output_0 10x1x1 float"),
          new Case(
              "magic_wand/model.qop_i8.onnx",
              "CPCPCC",
              "input 1x128x3 int8",
              "logits_i8 4x1x1 int8"),
          new Case(
              "magic_wand/model.qop.onnx",
              "CPCPCC",
              "input 1x128x3 float",
              "prob 4x1x1 float softmax 0, logits 4x1x1 float"),
          new Case(
              "magic_wand/model.qdq.onnx",
              "CPCPCC",
              "input 1x128x3 float",
              "prob 4x1x1 float softmax 0, logits 4x1x1 float"),
          new Case(
              "fcae_ad/model.qop_i8.onnx",
              "CCCCCCCCCC",
              "input 640x1x1 int8",
              "logits_i8 640x1x1 int8"),
          new Case(
              "fcae_ad/model.qop.onnx",
              "CCCCCCCCCC",
              "input 640x1x1 float",
              "logits 640x1x1 float"),
          new Case(
              "fcae_ad/model.qdq.onnx",
              "CCCCCCCCCC",
              "input 640x1x1 float",
              "logits 640x1x1 float"),
          new Case(
              "dscnn_kws/model.qop_i8.onnx",
              "CCCCCCCCCGC",
              "input 1x49x10 int8",
              "logits_i8 12x1x1 int8"),
          new Case(
              "dscnn_kws/model.qdq.onnx",
              "CCCCCCCCCGC",
              "input 1x49x10 float",
              "prob 12x1x1 float softmax 0, logits 12x1x1 float"),
          new Case(
              "person_detect/model.qop_i8.onnx",
              "CCCCCCCCCCCCCCCCCCCCCCCCCCCGC",
              "input 1x96x96 int8",
              "logits_i8 2x1x1 int8"),
          new Case(
              "person_detect/model.qdq.onnx",
              "CCCCCCCCCCCCCCCCCCCCCCCCCCCGC",
              "input 1x96x96 float",
              "prob 2x1x1 float softmax 0, logits 2x1x1 float"),
          new Case(
              "hps_shared/model.qop_i8.onnx",
              "FCCCPFCCCPFCCCPFCCCPFCCCPJFCCPFCCPFCCPJCPCPCCCC",
              "input 1x240x320 int8",
              "logits_i8 2x1x1 int8"),
          new Case(
              "hps_shared/model.qop.onnx",
              "FCCCPFCCCPFCCCPFCCCPFCCCPJFCCPFCCPFCCPJCPCPCCCC",
              "input 1x240x320 float",
              "prob 2x1x1 float Table, logits 2x1x1 float"),
          new Case(
              "mobilenetv2-12-int8_zoo/model.qop.onnx",
              "CCCCCCCCCACCCCCCACCCACCCCCCACCCACCCACCCCCCACCCACCCCCCACCCACCCCGCK",
              "input 3x224x224 float",
              "output 1000x1x1 float"),
          new Case(
              "mobilenetv2-12-int8_zoo/model.qdq.onnx",
              "CCCCCCCCCACCCCCCACCCACCCCCCACCCACCCACCCCCCACCCACCCCCCACCCACCCCGCK",
              "input 3x224x224 float",
              "output 1000x1x1 float"));

  private static final ImmutableList<String> ALL_FORMS =
      ImmutableList.of(
          "resnet8_cifar10", "magic_wand", "fcae_ad", "dscnn_kws", "person_detect", "hps_shared");

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> layersAndShapes() {
    return CASES.stream().map(c -> DynamicTest.dynamicTest(c.model(), () -> check(c)));
  }

  private void check(Case expected) {
    Network network = read(expected.model());
    assertEquals(expected.layers(), kinds(network));
    assertEquals(expected.inputs(), describe(network, network.inputs()));
    assertEquals(expected.outputs(), describe(network, network.outputs()));
    assertEquals(64, network.modelSha256().length());
    Path file = folder.resolve("network.json");
    Artefacts.write(file, network);
    assertEquals(network, Artefacts.read(file, Network.class));
  }

  @TestFactory
  Stream<DynamicTest> everyFormIsTheSameNetwork() {
    return ALL_FORMS.stream()
        .flatMap(
            name ->
                Stream.of("qop", "qdq")
                    .map(
                        form ->
                            DynamicTest.dynamicTest(
                                name + " " + form,
                                () ->
                                    assertEquals(
                                        substance(read(name + "/model.qop_i8.onnx")),
                                        substance(read(name + "/model." + form + ".onnx"))))));
  }

  @Test
  void bothFormsOfMobileNetAreTheSameNetwork() {
    assertEquals(
        substance(read("mobilenetv2-12-int8_zoo/model.qop.onnx")),
        substance(read("mobilenetv2-12-int8_zoo/model.qdq.onnx")));
  }

  private static Network read(String model) {
    return OnnxImport.read(ThirdPartyModels.resolve("cnn").resolve(model));
  }

  /** Everything about the layers but the names. */
  private static String substance(Network network) {
    return network.layers().stream()
        .map(layer -> layer.match(new Substance(network)))
        .collect(Collectors.joining("\n"));
  }

  static String kinds(Network network) {
    return network.layers().stream().map(l -> l.match(new Kinds())).collect(Collectors.joining());
  }

  private static String describe(Network network, ImmutableList<HostTensor> tensors) {
    return tensors.stream()
        .map(
            host -> {
              Tensor tensor = network.tensor(host.tensor());
              String type = tensor.quantisation().signed() ? "int8" : "uint8";
              return host.name()
                  + " "
                  + tensor.shape()
                  + " "
                  + (host.floating() ? "float" : type)
                  + host.steps().stream()
                      .map(
                          step ->
                              step instanceof HostStep.Softmax softmax
                                  ? " softmax " + softmax.axis()
                                  : " " + step.getClass().getSimpleName())
                      .collect(Collectors.joining());
            })
        .collect(Collectors.joining(", "));
  }

  private static final class Kinds implements Layer.Cases<String> {
    @Override
    public String convolution(Layer.Convolution layer) {
      return "C";
    }

    @Override
    public String pool(Layer.Pool layer) {
      return "P";
    }

    @Override
    public String globalAveragePool(Layer.GlobalAveragePool layer) {
      return "G";
    }

    @Override
    public String add(Layer.Add layer) {
      return "A";
    }

    @Override
    public String addConstant(Layer.AddConstant layer) {
      return "K";
    }

    @Override
    public String lookup(Layer.Lookup layer) {
      return "L";
    }

    @Override
    public String concat(Layer.Concat layer) {
      return "J";
    }

    @Override
    public String gather(Layer.Gather layer) {
      return "S";
    }

    @Override
    public String channelLookup(Layer.ChannelLookup layer) {
      return "M";
    }

    @Override
    public String reframe(Layer.Reframe layer) {
      return "F";
    }
  }

  private static final class Substance implements Layer.Cases<String> {
    private final Network network;

    Substance(Network network) {
      this.network = network;
    }

    private String edges(Layer layer) {
      StringBuilder edges = new StringBuilder();
      for (String input : layer.inputs()) {
        edges.append(network.tensor(input).shape()).append(network.tensor(input).quantisation());
      }
      Tensor output = network.tensor(layer.output());
      return edges.append(" -> ").append(output.shape()).append(output.quantisation()).toString();
    }

    @Override
    public String convolution(Layer.Convolution layer) {
      return edges(layer)
          + layer.window()
          + layer.groups()
          + Arrays.toString(layer.weights().toArray())
          + layer.weightScales()
          + layer.bias()
          + layer.clampMin()
          + ":"
          + layer.clampMax();
    }

    @Override
    public String pool(Layer.Pool layer) {
      return edges(layer) + layer.window() + layer.kind() + layer.countIncludePad();
    }

    @Override
    public String globalAveragePool(Layer.GlobalAveragePool layer) {
      return edges(layer);
    }

    @Override
    public String add(Layer.Add layer) {
      return edges(layer) + layer.clampMin() + ":" + layer.clampMax();
    }

    @Override
    public String addConstant(Layer.AddConstant layer) {
      return edges(layer)
          + layer.constant()
          + layer.constantQuantisation()
          + layer.constantFirst()
          + layer.clampMin()
          + ":"
          + layer.clampMax();
    }

    @Override
    public String lookup(Layer.Lookup layer) {
      return edges(layer) + layer.table();
    }

    @Override
    public String concat(Layer.Concat layer) {
      return edges(layer) + layer.axis();
    }

    @Override
    public String gather(Layer.Gather layer) {
      return edges(layer) + layer.channels() + layer.fill();
    }

    @Override
    public String channelLookup(Layer.ChannelLookup layer) {
      return edges(layer) + layer.tables() + layer.tableOfChannel();
    }

    @Override
    public String reframe(Layer.Reframe layer) {
      return edges(layer)
          + layer.firstRow()
          + ":"
          + layer.firstColumn()
          + ":"
          + layer.rowStep()
          + ":"
          + layer.columnStep()
          + ":"
          + layer.fill();
    }
  }
}
