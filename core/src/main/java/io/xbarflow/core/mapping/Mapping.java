package io.xbarflow.core.mapping;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Lists;
import io.xbarflow.core.architecture.Architecture;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where everything sits: blocks, links, sizes, places, and what they are predicted to reach.
 *
 * @param model file name of the network
 * @param modelSha256 hash of that file
 * @param architecture the hardware mapped to
 * @param inputs streams into the chip
 * @param outputs streams out of the chip
 * @param links every stream
 * @param blocks in topological order
 * @param prediction cycles from the timing model, memory and macros
 * @param bound the same for a perfect pipeline
 */
public record Mapping(
    String model,
    String modelSha256,
    Architecture architecture,
    ImmutableList<Port> inputs,
    ImmutableList<Port> outputs,
    ImmutableList<Link> links,
    ImmutableList<Block> blocks,
    Figures prediction,
    Figures bound) {

  /** Checks the names, and that every link has one producer and one consumer. */
  public Mapping {
    inputs = ImmutableList.copyOf(inputs);
    outputs = ImmutableList.copyOf(outputs);
    links = ImmutableList.copyOf(links);
    blocks = ImmutableList.copyOf(blocks);
    checkNames("link", Lists.transform(links, Link::name));
    checkNames("block", Lists.transform(blocks, Block::name));
    Map<String, Integer> ends = new HashMap<>();
    links.forEach(link -> ends.put(link.name(), 0));
    inputs.forEach(port -> end(ends, port.link(), 1));
    outputs.forEach(port -> end(ends, port.link(), 2));
    for (Block block : blocks) {
      block.inputs().forEach(link -> end(ends, link, 2));
      block.outputs().forEach(link -> end(ends, link, 1));
    }
    ends.forEach(
        (link, seen) -> checkArgument(seen == 3, "link %s lacks a producer or a consumer", link));
  }

  private static void checkNames(String what, List<String> names) {
    ChipNames.wrong(what, names)
        .ifPresent(
            wrong -> {
              throw new IllegalArgumentException(wrong);
            });
  }

  private static void end(Map<String, Integer> ends, String link, int side) {
    Integer seen = ends.get(link);
    checkArgument(seen != null, "no link %s", link);
    checkArgument((seen & side) == 0, "link %s has two producers or two consumers", link);
    ends.put(link, seen | side);
  }

  /** The same with other blocks, which take and give the same links. */
  public Mapping withBlocks(ImmutableList<Block> others) {
    return new Mapping(
        model, modelSha256, architecture, inputs, outputs, links, others, prediction, bound);
  }

  /** Links by name. */
  @JsonIgnore
  public ImmutableMap<String, Link> linksByName() {
    ImmutableMap.Builder<String, Link> byName = ImmutableMap.builder();
    links.forEach(link -> byName.put(link.name(), link));
    return byName.buildOrThrow();
  }
}
