package io.xbarflow.sim.golden;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.network.Shape;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Writes an ONNX model of one node: just enough of the protobuf encoding for the tests here. */
final class OnnxNode {
  private static final int FLOAT = 1;
  private static final int UINT8 = 2;
  private static final int INT8 = 3;

  private final Message graph = new Message();
  private final Message node = new Message();
  private final List<String> domains = new ArrayList<>();

  OnnxNode(String domain, String operator) {
    domains.add(domain);
    node.text(4, operator).text(7, domain);
  }

  OnnxNode input(String name, Shape shape, boolean signed) {
    node.text(1, name);
    graph.message(11, value(name, signed ? INT8 : UINT8, shape));
    return this;
  }

  OnnxNode quantisation(Quantisation quantisation) {
    return scale(quantisation.scale()).zeroPoint(quantisation);
  }

  private OnnxNode scale(float scale) {
    return initializer(FLOAT, Float.floatToIntBits(scale), 4);
  }

  private OnnxNode zeroPoint(Quantisation quantisation) {
    return initializer(quantisation.signed() ? INT8 : UINT8, quantisation.zeroPoint(), 1);
  }

  private OnnxNode initializer(int type, int bits, int bytes) {
    String name = "constant" + graph.size();
    node.text(1, name);
    byte[] raw = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      raw[i] = (byte) (bits >> (8 * i));
    }
    graph.message(5, new Message().number(2, type).text(8, name).bytes(9, raw));
    return this;
  }

  OnnxNode attribute(String name, long value) {
    node.message(5, new Message().text(1, name).number(3, value).number(20, 2));
    return this;
  }

  OnnxNode attribute(String name, int... values) {
    Message attribute = new Message().text(1, name).number(20, 7);
    for (int value : values) {
      attribute.number(8, value);
    }
    node.message(5, attribute);
    return this;
  }

  byte[] output(String name, Shape shape, boolean signed) {
    node.text(2, name);
    graph.message(1, node).text(2, "graph");
    graph.message(12, value(name, signed ? INT8 : UINT8, shape));
    Message model = new Message().number(1, 8).message(7, graph);
    model.message(8, new Message().text(1, "").number(2, 13));
    model.message(8, new Message().text(1, "com.microsoft").number(2, 1));
    return model.toBytes();
  }

  private static Message value(String name, int type, Shape shape) {
    Message dimensions = new Message();
    for (int extent : new int[] {1, shape.channels(), shape.height(), shape.width()}) {
      dimensions.message(1, new Message().number(1, extent));
    }
    Message tensor = new Message().number(1, type).message(2, dimensions);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

  /** A protobuf message being written. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message number(int field, long value) {
      varint((long) field << 3);
      varint(value);
      return this;
    }

    Message bytes(int field, byte[] value) {
      varint(((long) field << 3) | 2);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(UTF_8));
    }

    Message message(int field, Message value) {
      return bytes(field, value.toBytes());
    }

    int size() {
      return out.size();
    }

    byte[] toBytes() {
      return out.toByteArray();
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.write((int) (rest & 0x7f) | 0x80);
        rest >>>= 7;
      }
      out.write((int) rest);
    }
  }
}
