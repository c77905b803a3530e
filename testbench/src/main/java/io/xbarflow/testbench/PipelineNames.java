package io.xbarflow.testbench;

import com.google.common.base.CaseFormat;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Port;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Who drives and who takes each link, in words for the user; links in topological order. */
final class PipelineNames {
  private final ImmutableMap<String, Link> links;
  private final Map<String, Block> producers = new LinkedHashMap<>();
  private final Map<String, Block> consumers = new LinkedHashMap<>();
  private final ImmutableList<Link> inOrder;

  PipelineNames(Mapping mapping) {
    links = mapping.linksByName();
    ImmutableList.Builder<Link> order = ImmutableList.builder();
    for (Port port : mapping.inputs()) {
      order.add(links.get(port.link()));
    }
    for (Block block : mapping.blocks()) {
      for (String link : block.outputs()) {
        producers.put(link, block);
        order.add(links.get(link));
      }
      block.inputs().forEach(link -> consumers.put(link, block));
    }
    inOrder = order.build();
  }

  /** Every link, each behind those it is computed from. */
  ImmutableList<Link> links() {
    return inOrder;
  }

  /** The block that takes {@code link}; empty at a chip output. */
  Optional<Block> consumer(String link) {
    return Optional.ofNullable(consumers.get(link));
  }

  /** Name of the block that drives {@code link}. */
  String producerName(String link) {
    Block block = producers.get(link);
    return block == null ? "chip input" : block.name();
  }

  /** {@code layer conv_5 (imc core u_conv_5, link conv_5_out)}. */
  String place(String link) {
    Block block = producers.get(link);
    if (block == null) {
      return "chip input " + links.get(link).tensor() + " (link " + link + ")";
    }
    boolean computed =
        block.computes().isPresent()
            && !(block instanceof Block.ImcCore core && core.skip().equals(Optional.of(link)));
    return computed
        ? "layer " + block.computes().get() + " (" + kindAndName(block) + ", link " + link + ")"
        : kindAndName(block)
            + " (link "
            + link
            + ", which carries tensor "
            + links.get(link).tensor()
            + " on)";
  }

  /** {@code imc core conv_5}. */
  static String kindAndName(Block block) {
    return CaseFormat.UPPER_CAMEL
            .to(CaseFormat.LOWER_UNDERSCORE, block.getClass().getSimpleName())
            .replace('_', ' ')
        + " "
        + block.name();
  }
}
