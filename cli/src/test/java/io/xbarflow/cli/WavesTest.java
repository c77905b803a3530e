package io.xbarflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ListMultimap;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.timing.StreamHistory;
import io.xbarflow.core.timing.TimingModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A waveform of an example, beside what the report says of its streams. */
final class WavesTest {
  private static final Path ROOT = Path.of(System.getProperty("xbarflow.root"));
  private static final String CHIP = "TOP.cosim_top.u_chip.";
  private static final int CYCLES = 2800;

  @TempDir private Path folder;

  /** What a waveform shows of a stream up to the end of the first image. */
  private static final class Seen {
    private long start = -1;
    private long end = -1;
    private long held;

    void cycle(long cycle, boolean valid, boolean ready, boolean last) {
      if (end >= 0 || !valid) {
        return;
      }
      if (!ready) {
        held++;
        return;
      }
      start = start < 0 ? cycle : start;
      end = last ? cycle : -1;
    }
  }

  @Test
  void theTimelineIsThatOfTheWaveform() throws Exception {
    CommandLineForTests.run(
        "run",
        ROOT.resolve("examples/residual_cnn/model.onnx"),
        "-o",
        folder,
        "--images",
        2,
        "--waves",
        "0.." + CYCLES);
    Mapping mapping = Artefacts.read(folder.resolve("mapping.json"), Mapping.class);
    Map<String, Seen> seen = seen(folder.resolve("waves/cycles_0_" + CYCLES + ".vcd"), mapping);
    ImmutableMap<String, StreamHistory> histories = TimingModel.watch(mapping, 2, 64);
    long held = 0;
    for (Link link : mapping.links()) {
      StreamHistory history = histories.get(link.name());
      Seen of = seen.get(link.name());
      assertEquals(of.start, history.imageStarts().get(0), link.name());
      assertEquals(of.end, history.imageEnds().get(0), link.name());
      assertEquals(of.held, history.heldCycles().get(0), link.name());
      assertEquals(
          2L * link.beatsPerImage(),
          history.carried().stream().mapToLong(Integer::longValue).sum(),
          link.name());
      assertEquals(
          history.heldCycles().stream().mapToLong(Long::longValue).sum(),
          history.held().stream().mapToLong(Integer::longValue).sum(),
          link.name());
      held += of.held;
    }
    assertTrue(held > 1000, "the example has stalls");
    List<String> view = Files.readAllLines(folder.resolve("waves/cycles_0_" + CYCLES + ".gtkw"));
    assertTrue(view.contains("-layer block1_conv2 (imc core block1_conv2)"), view::toString);
    assertTrue(view.contains(CHIP + "u_block1_conv2.start"), view::toString);
    assertTrue(view.contains("-(fifo block2_projection_q_far_fifo)"), view::toString);
  }

  private static Map<String, Seen> seen(Path waves, Mapping mapping) throws IOException {
    Map<String, Seen> seen = new HashMap<>();
    mapping.links().forEach(link -> seen.put(link.name(), new Seen()));
    ListMultimap<String, String> namesOfCode = ArrayListMultimap.create();
    Map<String, Boolean> values = new HashMap<>();
    try (BufferedReader lines = Files.newBufferedReader(waves)) {
      String scope = "";
      long time = -1;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.trim().split("\\s+", -1);
        if (words[0].equals("$scope")) {
          scope += words[2] + ".";
        } else if (words[0].equals("$upscope")) {
          scope = scope.replaceAll("[^.]*\\.$", "");
        } else if (words[0].equals("$var") && scope.equals(CHIP)) {
          namesOfCode.put(words[3], words[4]);
        } else if (line.startsWith("#")) {
          cycle(time, values, seen);
          time = Long.parseLong(line.substring(1));
        } else if (line.startsWith("0") || line.startsWith("1")) {
          boolean high = line.startsWith("1");
          namesOfCode.get(line.substring(1).trim()).forEach(name -> values.put(name, high));
        }
      }
      cycle(time, values, seen);
    }
    return seen;
  }

  /** Looks at the streams at the end of the first half of a cycle. */
  private static void cycle(long time, Map<String, Boolean> values, Map<String, Seen> seen) {
    if (time % 10 == 0) {
      seen.forEach(
          (link, of) ->
              of.cycle(
                  time / 10 - 10,
                  values.get(link + "_valid"),
                  values.get(link + "_ready"),
                  values.get(link + "_last")));
    }
  }
}
