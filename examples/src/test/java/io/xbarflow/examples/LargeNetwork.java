package io.xbarflow.examples;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import io.xbarflow.core.network.HostTensor;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.RandomImages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A reference network for the golden model and for ONNX Runtime, with the same inputs. */
final class LargeNetwork implements AutoCloseable {
  private final Network network;
  private final OrtSession session;
  private final ImmutableList<ImmutableMap<String, Image>> images;
  private final ImmutableList<OnnxTensor> tensors;

  /**
   * Reference network {@code name}.
   *
   * @param reduced whether weights are halved and their scales doubled: with uint8 inputs and
   *     weights of at most 63, ONNX Runtime cannot saturate partial sums on any processor
   * @param threads of ONNX Runtime, inside a node
   * @param count random images
   */
  LargeNetwork(String name, boolean reduced, int threads, int count, Path folder)
      throws IOException, OrtException {
    Path file = folder.resolve(name + ".onnx");
    ReferenceNetworks.write(name, file);
    if (reduced) {
      Files.write(file, reduced(ModelProto.parseFrom(Files.readAllBytes(file))).toByteArray());
    }
    network = OnnxImport.read(file);
    HostTensor input = network.inputs().get(0);
    Shape shape = network.tensor(input.tensor()).shape();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      session = environment.createSession(file.toString(), options);
    }
    ImmutableList.Builder<ImmutableMap<String, Image>> goldenInputs = ImmutableList.builder();
    ImmutableList.Builder<OnnxTensor> runtimeInputs = ImmutableList.builder();
    for (Image image : RandomImages.of(network, count, 7).get(input.name())) {
      goldenInputs.add(ImmutableMap.of(input.tensor(), image));
      ByteBuffer bytes = ByteBuffer.allocateDirect(shape.size());
      for (int value : image.toArray()) {
        bytes.put((byte) value);
      }
      bytes.rewind();
      runtimeInputs.add(
          OnnxTensor.createTensor(
              environment,
              bytes,
              new long[] {1, shape.channels(), shape.height(), shape.width()},
              OnnxJavaType.UINT8));
    }
    images = goldenInputs.build();
    tensors = runtimeInputs.build();
  }

  private static ModelProto reduced(ModelProto model) {
    Set<String> weights = new HashSet<>();
    Set<String> scales = new HashSet<>();
    for (NodeProto node : model.getGraph().getNodeList()) {
      if (node.getOpType().equals("QLinearConv")
          || node.getOpType().equals("QGemm")
          || node.getOpType().equals("QLinearMatMul")) {
        weights.add(node.getInput(3));
        scales.add(node.getInput(4));
      }
    }
    ModelProto.Builder builder = model.toBuilder();
    for (TensorProto.Builder tensor : builder.getGraphBuilder().getInitializerBuilderList()) {
      if (weights.contains(tensor.getName())) {
        byte[] bytes = tensor.getRawData().toByteArray();
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) (bytes[i] / 2);
        }
        tensor.setRawData(ByteString.copyFrom(bytes));
      } else if (scales.contains(tensor.getName())) {
        for (int i = 0; i < tensor.getFloatDataCount(); i++) {
          tensor.setFloatData(i, 2 * tensor.getFloatData(i));
        }
      }
    }
    return builder.build();
  }

  Network network() {
    return network;
  }

  /** The golden model's inputs. */
  ImmutableList<ImmutableMap<String, Image>> images() {
    return images;
  }

  /** The tensor behind the network's output. */
  String output() {
    return network.outputs().get(0).tensor();
  }

  /** What ONNX Runtime computes, image after image. */
  ImmutableList<byte[]> runtimeOutputs() throws OrtException {
    ImmutableList.Builder<byte[]> outputs = ImmutableList.builder();
    for (OnnxTensor tensor : tensors) {
      try (OrtSession.Result result = session.run(Map.of(network.inputs().get(0).name(), tensor))) {
        ByteBuffer buffer = ((OnnxTensor) result.get(0)).getByteBuffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        outputs.add(bytes);
      }
    }
    return outputs.build();
  }

  @Override
  public void close() throws OrtException {
    tensors.forEach(OnnxTensor::close);
    session.close();
  }
}
