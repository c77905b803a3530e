package io.xbarflow.rtlgen.rtl;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import io.xbarflow.core.mapping.ChipNames;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.mapping.Upstream;
import io.xbarflow.core.text.Code;
import io.xbarflow.core.text.Comment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What stands between the chip's ports and its blocks: a frame aligner at every input, the marks of
 * bad frames at the outputs, and the reset's tree.
 */
final class ChipBoundary {
  /** Bits of the numbers by which bad frames are told apart while they are in the chip. */
  private static final int NUMBER_BITS = 16;

  /** Bad frames of an input that may be on their way to an output before the input waits. */
  private static final int ENTRIES = 4;

  private final Source source;
  private final Mapping mapping;

  ChipBoundary(Source source) {
    this.source = source;
    this.mapping = source.mapping();
  }

  /** The AXI4-Stream inputs. */
  ImmutableList<TopView.PortView> inputs() {
    return ports("s_axis", mapping.inputs());
  }

  /** The AXI4-Stream outputs. */
  ImmutableList<TopView.PortView> outputs() {
    return ports("m_axis", mapping.outputs());
  }

  private ImmutableList<TopView.PortView> ports(String prefix, List<Port> ports) {
    ImmutableList.Builder<TopView.PortView> views = ImmutableList.builder();
    for (int i = 0; i < ports.size(); i++) {
      Link link = source.link(ports.get(i).link());
      views.add(
          new TopView.PortView(
              name(prefix, ports, i),
              link.name(),
              link.dataBits() - 1,
              Comment.of("frames of %d beats", link.beatsPerImage()),
              i));
    }
    return views.build();
  }

  private static String name(String prefix, List<Port> ports, int index) {
    return ports.size() == 1 ? prefix : prefix + "_" + index;
  }

  /** One {@code frame_align} for every input. */
  ImmutableList<Instance> aligners() {
    ImmutableList.Builder<Instance> aligners = ImmutableList.builder();
    for (int i = 0; i < mapping.inputs().size(); i++) {
      Port port = mapping.inputs().get(i);
      Link link = source.link(port.link());
      String axis = name("s_axis", mapping.inputs(), i);
      int zeroPoint = source.tensor(port.tensor()).quantisation().zeroPoint();
      aligners.add(
          Instance.of("frame_align", ChipNames.alignInstance(link.name()))
              .comment(
                  Comment.of(
                      "Chip input %s; a frame cut short is filled up with its zero point.", axis))
              .parameter("FRAME_BEATS", link.beatsPerImage())
              .parameter("COUNT_BITS", BitWidths.counter(link.beatsPerImage()))
              .parameter("DATA_BITS", link.dataBits())
              .parameter(
                  "FILL",
                  String.format(Locale.ROOT, "{%d{8'h%02x}}", link.lanes(), zeroPoint & 0xff))
              .parameter("NUMBER_BITS", NUMBER_BITS)
              .clocked()
              .connect("in_valid", axis + "_tvalid")
              .connect("in_ready", axis + "_tready")
              .connect("in_data", axis + "_tdata")
              .connect("in_last", axis + "_tlast")
              .framed("out", link.name())
              .connect("bad_valid", "bad_valid[" + i + "]")
              .connect("bad_ready", "bad_ready[" + i + "]")
              .connect("bad_frame", "bad_frame[" + bits(i, NUMBER_BITS) + "]")
              .connect("frame_error", "frame_errors[" + i + "]")
              .connect("frame_error_index", axis + "_frame_error_index")
              .connect("frame_error_count", axis + "_frame_error_count")
              .build());
    }
    return aligners.build();
  }

  private static String bits(int index, int width) {
    return ((index + 1) * width - 1) + ":" + index * width;
  }

  /** The {@code frame_marks} of all outputs. */
  Instance marks() {
    ImmutableList<String> links =
        mapping.outputs().stream().map(Port::link).collect(toImmutableList());
    return Instance.of("frame_marks", "u_frame_marks")
        .comment(Comment.of("Which frames at the outputs stem from a bad frame at an input."))
        .parameter("INPUTS", mapping.inputs().size())
        .parameter("OUTPUTS", mapping.outputs().size())
        .parameter("REACHES", reaches())
        .parameter("ENTRIES", ENTRIES)
        .parameter("NUMBER_BITS", NUMBER_BITS)
        .clocked()
        .connect("bad_valid", "bad_valid")
        .connect("bad_ready", "bad_ready")
        .connect("bad_frame", "bad_frame")
        .connectAll("out_valid", links, "_valid")
        .connectAll("out_ready", links, "_ready")
        .connectAll("out_last", links, "_last")
        .connect("out_marked", "out_marked")
        .build();
  }

  /**
   * A bit for each output and input, the first output's lowest: whether one depends on the other.
   */
  private String reaches() {
    StringBuilder digits = new StringBuilder();
    for (Port output : Lists.reverse(mapping.outputs())) {
      Set<String> upstream = Upstream.links(mapping, output.link());
      for (Port input : Lists.reverse(mapping.inputs())) {
        digits.append(upstream.contains(input.link()) ? '1' : '0');
      }
    }
    return digits.length() + "'b" + digits;
  }

  /** Signals of the boundary of a chip with these {@code instances}. */
  ImmutableList<Code> signals(List<Instance> instances) {
    int inputs = mapping.inputs().size();
    return ImmutableList.of(
        wire(inputs, "bad_valid"),
        wire(inputs, "bad_ready"),
        wire(inputs, "frame_errors"),
        wire((long) inputs * NUMBER_BITS, "bad_frame"),
        wire(mapping.outputs().size(), "out_marked"),
        wire(instances.stream().filter(each -> each.connects("rst_n")).count(), "block_rst_n"));
  }

  private static Code wire(long bits, String name) {
    return Code.expression("wire [" + (bits - 1) + ":0] " + name);
  }

  /** {@code instances} with a flip-flop of the reset for each of them, and the tree of these. */
  static ImmutableList<Instance> withReset(List<Instance> instances) {
    List<Instance> all = new ArrayList<>();
    int blocks = 0;
    for (Instance each : instances) {
      all.add(
          each.connects("rst_n")
              ? each.reconnected("rst_n", "block_rst_n[" + blocks++ + "]")
              : each);
    }
    all.add(
        0,
        Instance.of("reset_tree", "u_reset")
            .comment(
                Comment.of("Reset, brought into the clock's time, a flip-flop for each block."))
            .parameter("BLOCKS", blocks)
            .connect("clk", "clk")
            .connect("rst_in_n", "rst_n")
            .connect("rst_n", "block_rst_n")
            .build());
    return ImmutableList.copyOf(all);
  }
}
