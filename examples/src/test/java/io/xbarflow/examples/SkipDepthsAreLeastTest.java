package io.xbarflow.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.mapper.Mapper;
import java.io.IOException;
import java.util.EnumSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Memories on skips stall nothing, and none of them could be a pixel shorter. */
final class SkipDepthsAreLeastTest {
  @ParameterizedTest(name = "{0}, {1} cycles an MVM")
  @CsvSource({
    "resnet8,8,5",
    "resnet8,130,5",
    "resnet20,8,9",
    "resnet20,130,9",
    "resnet20_projection,8,9"
  })
  void ofReferenceNetworks(String name, int mvmCycles, int memories) throws IOException {
    SkipDepths depths =
        new SkipDepths(
            Mapper.map(
                Imported.reference(name),
                Architectures.named("analog-256").withMvmCycles(mvmCycles)));
    assertTrue(depths.neverStalls(), "the depths stall the pipeline");
    ImmutableList<SkipDepths.Shortened> shortened = depths.shortened();
    assertTrue(shortened.size() >= memories, shortened::toString);
    EnumSet<SkipDepths.Outcome> wrong =
        EnumSet.of(SkipDepths.Outcome.NOTHING, SkipDepths.Outcome.LITTLE_LATER_FIRST_IMAGE);
    assertEquals(
        ImmutableList.of(),
        shortened.stream()
            .filter(each -> wrong.contains(each.outcome()))
            .collect(ImmutableList.toImmutableList()));
  }
}
