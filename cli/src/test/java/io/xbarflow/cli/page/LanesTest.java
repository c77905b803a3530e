package io.xbarflow.cli.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.onnx.OnnxImport;
import io.xbarflow.examples.ReferenceNetworks;
import io.xbarflow.mapper.Mapper;
import io.xbarflow.mapper.MappingOptions;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where boxes and lines of the pipeline's picture stand. */
final class LanesTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"resnet8", "resnet20", "mobilenet_v1_025"})
  void nothingStandsOnSomethingElse(String name) throws Exception {
    Path model = folder.resolve("model.onnx");
    ReferenceNetworks.write(name, model);
    Network network = OnnxImport.read(model);
    Chip chip =
        Chip.of(
            network, Mapper.map(network, Architectures.resolve("default"), MappingOptions.PLAIN));
    Lanes lanes = Lanes.of(chip);
    assertEquals(network.layers().size(), chip.layers().size());
    Set<String> taken = new HashSet<>();
    for (Chip.Station station : chip.stations()) {
      int rank = lanes.rankOf().get(station.index());
      assertTrue(taken.add(rank + ":" + lanes.laneOf().get(station.index())), station.toString());
    }
    int longWays = 0;
    for (int i = 0; i < chip.ways().size(); i++) {
      Chip.Way way = chip.ways().get(i);
      int first = lanes.rankOf().get(way.from());
      int last = lanes.rankOf().get(way.to());
      assertTrue(first < last, way.toString());
      for (int rank = first + 1; rank < last; rank++) {
        longWays++;
        assertTrue(taken.add(rank + ":" + lanes.laneOfWay().get(i)), way.toString());
      }
    }
    assertEquals(name.startsWith("resnet"), longWays > 0);
    // Every operand of every layer comes from the layer that computes it.
    for (Chip.Station station : chip.layers()) {
      assertEquals(
          station.layer().orElseThrow().inputs(),
          chip.into(station).stream().map(way -> way.last().tensor()).toList());
    }
  }
}
