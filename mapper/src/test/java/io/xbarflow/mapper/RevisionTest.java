package io.xbarflow.mapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.architecture.CoreSelection;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.CrossbarArray;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.MappingCheck;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a {@code mapping.json} that a person has edited. */
final class RevisionTest {
  private final Network network = Topologies.resnet8();
  private Mapping mapping;

  @TempDir Path folder;

  @BeforeEach
  void map() {
    Architecture architecture = Architectures.named("default").withMvmCycles(130);
    mapping =
        Mapper.map(
            network,
            architecture,
            new MappingOptions(
                Optional.of(14),
                Optional.empty(),
                1,
                MappingOptions.PLAIN.memory(),
                MappingOptions.Effort.QUICK));
  }

  /** Replaces {@code from}, behind the block called {@code block}, by {@code to} in the file. */
  private Mapping edited(String block, String from, String to) {
    Path file = folder.resolve("mapping.json");
    Artefacts.write(file, mapping);
    try {
      String text = Files.readString(file);
      int start = text.indexOf("\"name\" : \"" + block + "\"", text.indexOf("\"blocks\""));
      int at = text.indexOf(from, start);
      assertTrue(start > 0 && at > 0, from + " behind " + block);
      Files.writeString(file, text.substring(0, at) + to + text.substring(at + from.length()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Artefacts.read(file, Mapping.class);
  }

  private Revision revised(Mapping changed) {
    return Revision.of(network, changed, "mapping.json");
  }

  private void assertRefused(Mapping changed, String... parts) {
    UserException error = assertThrows(UserException.class, () -> revised(changed));
    for (String part : parts) {
      assertTrue(error.getMessage().contains(part), () -> part + " in " + error.getMessage());
    }
  }

  private static Block.ImcCore core(Mapping of, String name) {
    return of.blocks().stream()
        .filter(block -> block.name().equals(name))
        .map(Block.ImcCore.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatTheMapperWritesIsTakenAsItIs() {
    Revision revision = revised(mapping);
    assertEquals(mapping, revision.mapping());
    assertEquals(ImmutableList.of(), revision.derivedAgain());
  }

  /** A channel without a range: what was calibrated of that core is dropped, the rest is kept. */
  @Test
  void rangesThatDoNotFitAreDropped() {
    Architecture architecture =
        Architectures.named("default").withCores(CoreSelection.of("pcm", "ideal"));
    MappingOptions options =
        MappingOptions.PLAIN.withCores(CoreTypes.installed().assign(network, architecture));
    Mapping plain = Mapper.map(network, architecture, options);
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    for (Block block : plain.blocks()) {
      blocks.add(block instanceof Block.ImcCore core ? core.withArray(calibrated(core)) : block);
    }
    Mapping calibrated = plain.withBlocks(blocks.build());
    assertEquals(ImmutableList.of(), revised(calibrated).derivedAgain());

    Block.ImcCore first = core(calibrated, "conv1");
    ImmutableList<ImmutableList<Integer>> ranges = first.array().ranges();
    ImmutableList<ImmutableList<Integer>> lacking =
        ImmutableList.<ImmutableList<Integer>>builder()
            .addAll(ranges.subList(0, ranges.size() - 1))
            .add(ranges.get(ranges.size() - 1).subList(1, ranges.get(ranges.size() - 1).size()))
            .build();
    Mapping edited =
        calibrated.withBlocks(
            calibrated.blocks().stream()
                .map(
                    block ->
                        block.equals(first)
                            ? first.withArray(first.array().withRanges(lacking))
                            : block)
                .collect(ImmutableList.toImmutableList()));
    Mapping revision = revised(edited).mapping();
    assertEquals(ImmutableList.of(), core(revision, "conv1").array().ranges());
    assertEquals(
        core(calibrated, "conv2").array().ranges(), core(revision, "conv2").array().ranges());
    assertEquals(ImmutableList.of(), MappingCheck.broken(network, revision));
  }

  private CrossbarArray calibrated(Block.ImcCore core) {
    Layer.Convolution layer =
        network.layers().stream()
            .filter(of -> of.name().equals(core.layer()))
            .map(Layer.Convolution.class::cast)
            .findFirst()
            .orElseThrow();
    Tiling tiling = Tiling.of(layer, core.fetch().patch(), core.array().core().macro());
    ImmutableList<Integer> row =
        ImmutableList.copyOf(Collections.nCopies(layer.outputChannels(), 1000));
    return core.array()
        .withRanges(ImmutableList.copyOf(Collections.nCopies(tiling.rowTiles(0), row)));
  }

  @Test
  void anotherPatchIsTakenAndTheRestFollows() {
    Patch before = core(mapping, "conv1").fetch().patch();
    Patch after = new Patch(1, 2);
    assertNotEquals(before, after);
    Revision revision =
        revised(
            edited(
                "conv1",
                "\"height\" : " + before.height() + ",\n        \"width\" : " + before.width(),
                "\"height\" : 1,\n        \"width\" : 2"));
    assertEquals(after, core(revision.mapping(), "conv1").fetch().patch());
    assertFalse(revision.derivedAgain().isEmpty());
    assertEquals(ImmutableList.of(), MappingCheck.broken(network, revision.mapping()));
    // 32 rows of 16 patches.
    assertEquals(512 * 130, revision.mapping().prediction().cyclesPerImage().orElseThrow());
    assertEquals(512 * 130, revision.mapping().bound().cyclesPerImage().orElseThrow());
  }

  @Test
  void anotherPolicyIsTaken() {
    Revision revision = revised(edited("conv5", "\"memory\" : \"ring\"", "\"memory\" : \"frame\""));
    assertTrue(
        revision.mapping().prediction().activationMemoryBits()
            > mapping.prediction().activationMemoryBits());
    assertEquals(ImmutableList.of(), MappingCheck.broken(network, revision.mapping()));
  }

  @Test
  void anotherPlaceIsTaken() {
    int row = core(mapping, "conv9").array().places().get(0).row();
    Mapping changed = edited("conv9", "\"row\" : " + row, "\"row\" : " + 40);
    UserException far = assertThrows(UserException.class, () -> revised(changed));
    assertTrue(far.getMessage().contains("register stages"), far::getMessage);
    Mapping free = edited("conv9", "\"row\" : " + row, "\"row\" : " + 7);
    assertEquals(7, core(revised(free).mapping(), "conv9").array().places().get(0).row());
    assertEquals(ImmutableList.of(), revised(free).derivedAgain());
  }

  @Test
  void aTakenPlaceIsRefused() {
    Block.ImcCore first = core(mapping, "conv0");
    Block.ImcCore second = core(mapping, "conv1");
    int row = first.array().places().get(0).row();
    int column = first.array().places().get(0).column();
    int ownRow = second.array().places().get(0).row();
    int ownColumn = second.array().places().get(0).column();
    String own = "\"row\" : " + ownRow + ",\n        \"column\" : " + ownColumn;
    assertRefused(
        edited("conv1", own, "\"row\" : " + row + ",\n        \"column\" : " + column),
        "place (" + row + ", " + column + ") is taken",
        "conv0",
        "conv1");
  }

  @Test
  void tooLargeAPatchIsRefused() {
    Patch before = core(mapping, "conv1").fetch().patch();
    assertRefused(
        edited(
            "conv1",
            "\"height\" : " + before.height() + ",\n        \"width\" : " + before.width(),
            "\"height\" : 33,\n        \"width\" : 2"),
        "a patch of 33x2",
        "at most the output map");
  }

  @Test
  void aShallowRingIsRefused() {
    int depth = core(mapping, "conv0").fetch().ring().orElseThrow().depthPixels().get(0);
    int banks = core(mapping, "conv0").fetch().ring().orElseThrow().banks();
    assertRefused(
        edited(
            "conv0", "\"depthPixels\" : [ " + depth + " ]", "\"depthPixels\" : [ " + banks + " ]"),
        "conv0",
        "a depth of " + banks + " pixels is less than policy ring needs");
  }

  @Test
  void aRingInWhichASkipCannotWaitIsRefused() {
    Block.ImcCore core = core(mapping, "conv1");
    ImmutableList<Integer> depths = core.fetch().ring().orElseThrow().depthPixels();
    int banks = core.fetch().ring().orElseThrow().banks();
    int least = core.fetch().leastDepth(core.fetch().ring().orElseThrow(), 0);
    int shallow = (least + banks - 1) / banks * banks;
    assertTrue(shallow < depths.get(0), depths::toString);
    assertRefused(
        edited("conv1", "[ " + depths.get(0), "[ " + shallow), "the pipeline deadlocks", "link ");
  }

  @Test
  void lanesThatDoNotDivideAreRefused() {
    Path file = folder.resolve("mapping.json");
    Artefacts.write(file, mapping);
    String name = core(mapping, "conv1").output();
    int lanes = mapping.linksByName().get(name).lanes();
    int at = Artefacts.toJson(mapping).indexOf("\"name\" : \"" + name + "\"");
    String text = Artefacts.toJson(mapping);
    int from = text.indexOf("\"lanes\" : " + lanes, at);
    Artefacts.writeText(
        file,
        text.substring(0, from)
            + "\"lanes\" : 3"
            + text.substring(from + ("\"lanes\" : " + lanes).length()));
    assertRefused(Artefacts.read(file, Mapping.class), "3 lanes do not divide 16 channels", name);
  }
}
