package io.xbarflow.testbench;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.mapping.Upstream;
import io.xbarflow.core.text.Comment;
import java.util.List;
import java.util.Map;

/**
 * What the templates {@code cosim_top.sv.vm} and {@code cosim_links.h.vm} print. Public because the
 * template engine reads its components.
 *
 * @param model file name of the network
 * @param inputs chip inputs
 * @param outputs chip outputs
 * @param links every link between blocks
 * @param reaches which outputs are computed from which inputs
 */
public record CosimTop(
    Comment model,
    ImmutableList<ChipPort> inputs,
    ImmutableList<ChipPort> outputs,
    ImmutableList<WatchedLink> links,
    ImmutableList<Reach> reaches) {

  /** Copies the lists. */
  public CosimTop {
    inputs = ImmutableList.copyOf(inputs);
    outputs = ImmutableList.copyOf(outputs);
    links = ImmutableList.copyOf(links);
    reaches = ImmutableList.copyOf(reaches);
  }

  /** Output {@code output} is computed from input {@code input}; both are positions. */
  public record Reach(int input, int output) {}

  /**
   * One AXI4-Stream port of the chip.
   *
   * @param index position among the inputs or outputs
   * @param axis prefix of the chip's port names
   * @param tensor network tensor it carries
   * @param link index of the link it drives or reads
   * @param msb index of the most significant data bit
   */
  public record ChipPort(int index, String axis, Comment tensor, int link, int msb) {}

  /**
   * One link.
   *
   * @param index position among the links
   * @param name prefix of its wires in the chip
   * @param tensor network tensor it carries
   * @param tensorIndex position of that tensor in the stimulus
   * @param shape shape of one image, as text
   * @param lanes values per beat
   * @param channels values per pixel
   * @param height rows
   * @param width columns
   * @param patchHeight rows of the patches in which the pixels come
   * @param patchWidth columns of the patches in which the pixels come
   * @param msb index of the most significant data bit
   */
  public record WatchedLink(
      int index,
      String name,
      Comment tensor,
      int tensorIndex,
      Comment shape,
      int lanes,
      int channels,
      int height,
      int width,
      int patchHeight,
      int patchWidth,
      int msb) {}

  /** The view of {@code mapping}. */
  static CosimTop of(Mapping mapping) {
    ImmutableList<String> tensors = tensors(mapping);
    ImmutableList.Builder<WatchedLink> links = ImmutableList.builder();
    for (int i = 0; i < mapping.links().size(); i++) {
      Link link = mapping.links().get(i);
      links.add(
          new WatchedLink(
              i,
              link.name(),
              Comment.ofName(link.tensor()),
              tensors.indexOf(link.tensor()),
              Comment.of("%s", link.shape()),
              link.lanes(),
              link.shape().channels(),
              link.shape().height(),
              link.shape().width(),
              link.order().patchHeight(),
              link.order().patchWidth(),
              link.dataBits() - 1));
    }
    return new CosimTop(
        Comment.ofName(mapping.model()),
        ports(mapping, mapping.inputs(), "s_axis"),
        ports(mapping, mapping.outputs(), "m_axis"),
        links.build(),
        reaches(mapping));
  }

  private static ImmutableList<Reach> reaches(Mapping mapping) {
    ImmutableList.Builder<Reach> reaches = ImmutableList.builder();
    for (int output = 0; output < mapping.outputs().size(); output++) {
      ImmutableSet<String> upstream = Upstream.links(mapping, mapping.outputs().get(output).link());
      for (int input = 0; input < mapping.inputs().size(); input++) {
        if (upstream.contains(mapping.inputs().get(input).link())) {
          reaches.add(new Reach(input, output));
        }
      }
    }
    return reaches.build();
  }

  /** Tensors on the links, each once, in the order of the stimulus. */
  static ImmutableList<String> tensors(Mapping mapping) {
    return mapping.links().stream()
        .map(Link::tensor)
        .distinct()
        .collect(ImmutableList.toImmutableList());
  }

  private static ImmutableList<ChipPort> ports(Mapping mapping, List<Port> ports, String prefix) {
    Map<String, Link> links = mapping.linksByName();
    ImmutableList.Builder<ChipPort> views = ImmutableList.builder();
    for (int i = 0; i < ports.size(); i++) {
      Link link = links.get(ports.get(i).link());
      views.add(
          new ChipPort(
              i,
              ports.size() == 1 ? prefix : prefix + "_" + i,
              Comment.ofName(ports.get(i).tensor()),
              mapping.links().indexOf(link),
              link.dataBits() - 1));
    }
    return views.build();
  }
}
