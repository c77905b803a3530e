package io.xbarflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.CoreUse;
import io.xbarflow.core.mapping.Mapping;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Core types and their parameters, from the command line to explored, mapped and generated. */
final class CoreOptionsTest {
  private static final Path EXAMPLE =
      Path.of(System.getProperty("xbarflow.root")).resolve("examples/small_cnn");
  private static final int IMAGES = 3;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** Runs a command line in which {@code @} stands for the test's folder, MODEL for a model. */
  private int run(String line) {
    Host host =
        new Host(
            new PrintWriter(out),
            new PrintWriter(err),
            ImmutableMap.of(),
            command -> Optional.empty(),
            false,
            System::nanoTime);
    return new Program(host, new ChipStages())
        .run(
            Splitter.on(' ')
                .omitEmptyStrings()
                .splitToStream(line)
                .map(word -> word.replace("@", folder + "/"))
                .map(word -> word.replace("EXAMPLE", EXAMPLE.toString()))
                .toArray(String[]::new));
  }

  private void map(String options) {
    String line = "map EXAMPLE/model.onnx -o @out --crossbar 64x16 " + options;
    assertEquals(0, run(line), err::toString);
  }

  private Mapping mapping() {
    return Artefacts.read(folder.resolve("out/mapping.json"), Mapping.class);
  }

  private ImmutableMap<String, CoreUse> cores() {
    return mapping().blocks().stream()
        .filter(Block.ImcCore.class::isInstance)
        .map(Block.ImcCore.class::cast)
        .collect(ImmutableMap.toImmutableMap(core -> core.layer(), core -> core.array().core()));
  }

  @Test
  void coresAndParametersReachTheMapping() {
    map("--core digital --set digital.inputBitsPerCycle=4");
    String layer = cores().keySet().asList().get(1);
    cores()
        .forEach(
            (name, use) -> {
              assertEquals("digital", use.type(), name);
              assertEquals("4", use.parameters().get("inputBitsPerCycle"), name);
              assertEquals(2, use.macro().mvmCycles(), name);
            });
    map("--core depthwise,digital --core " + layer + "=pcm --set pcm.adcBits=5");
    cores()
        .forEach(
            (name, use) -> assertEquals(name.equals(layer) ? "pcm" : "digital", use.type(), name));
    assertEquals("5", cores().get(layer).parameters().get("adcBits"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--core warp|unknown core type 'warp'",
        "--core ,|unknown core type ''",
        "--core nowhere=pcm|no convolution of that name",
        "--core depthwise|only depthwise convolutions",
        "--set adcBits=4|--set: 'adcBits=4'",
        "--set pcm.adcBits=|--set: 'pcm.adcBits='",
        "--set warp.speed=9|no layer can be on a core of type warp",
        "--core pcm --set pcm.bits=4|has no parameter 'bits'",
        "--core pcm --set pcm.adcBits=13|pcm.adcBits",
        "--core pcm --set pcm.adcRange=row|pcm.adcRange",
        "--cores @nowhere|no such file or folder",
        "--cores EXAMPLE/model.onnx|is not a core type",
        "--cores EXAMPLE|has no core.yaml",
      })
  void wrongOptionsAreRefused(String options, String says) {
    int exit = run("map EXAMPLE/model.onnx -o @out " + options);
    assertEquals(ExitCode.BAD_INPUT, exit, out + "\n" + err);
    assertTrue(err.toString().contains(says), err::toString);
    assertFalse(Files.exists(folder.resolve("out/mapping.json")));
  }

  @Test
  void anotherTypeWrittenIntoTheMappingIsGenerated() throws IOException {
    map("--core digital");
    long macros = mapping().prediction().crossbars();
    String layer = cores().keySet().asList().get(1);
    edit(layer, "digital");
    assertEquals(0, run("generate @out"), err::toString);
    assertEquals("bit_sliced", cores().get(layer).type());
    assertEquals(4, cores().get(layer).macro().columns());
    assertEquals(64, cores().get(layer).macro().mvmCycles());
    assertTrue(mapping().prediction().crossbars() > macros, "a weight takes four columns");
    ImmutableSet<String> others =
        cores().entrySet().stream()
            .filter(entry -> !entry.getKey().equals(layer))
            .map(entry -> entry.getValue().type())
            .collect(ImmutableSet.toImmutableSet());
    assertEquals(ImmutableSet.of("digital"), others);
    assertTrue(err.toString().contains("derived again"), err::toString);
    String files = Files.readString(folder.resolve("out/rtl/filelist.f"));
    assertTrue(files.contains("crossbar_macro_bit_sliced.v"), files);
    assertTrue(files.contains("crossbar_macro_digital.v"), files);
  }

  @Test
  void anUnknownTypeInTheMappingIsRefused() throws IOException {
    map("--core digital");
    Path file = folder.resolve("out/mapping.json");
    Files.writeString(file, Files.readString(file).replace("\"digital\"", "\"warp\""));
    assertEquals(ExitCode.BAD_INPUT, run("generate @out"));
    assertTrue(err.toString().contains("unknown core type 'warp'"), err::toString);
    assertTrue(err.toString().contains("mapping.json, core of layer "), err::toString);
  }

  /** Makes the core of {@code layer} one of type bit_sliced with the defaults of its parameters. */
  private void edit(String layer, String before) throws IOException {
    Path file = folder.resolve("out/mapping.json");
    String text = Files.readString(file);
    int block = text.indexOf("\"layer\" : \"" + layer + "\"", text.indexOf("\"blocks\""));
    int type = text.indexOf("\"" + before + "\"", block);
    int parameters = text.indexOf("\"parameters\" : {", type);
    int end = text.indexOf('}', parameters);
    assertTrue(block > 0 && type > 0 && parameters > 0, text);
    Files.writeString(
        file,
        text.substring(0, type)
            + "\"bit_sliced\""
            + text.substring(type + before.length() + 2, parameters)
            + "\"parameters\" : { "
            + text.substring(end));
  }

  private String sweep(String output, String values) {
    return "explore EXAMPLE/model.onnx -o @"
        + output
        + " --crossbar 64x64 --crossbars 20 --mvm-cycles 8 --memory ring --lanes 1 --core pcm"
        + " --input EXAMPLE/input.npy --labels @labels.txt"
        + " --sweep pcm.adcBits="
        + values
        + " --sweep pcm.readNoise=0,2";
  }

  @Test
  void aSweepOfThePhysicsMeasuresQualityAndGoesOn() throws IOException {
    Files.writeString(folder.resolve("labels.txt"), "0\n".repeat(IMAGES));
    assertEquals(0, run(sweep("one", "3,8")), err::toString);
    ExploreReport report = report("one");
    assertEquals(4, report.points());
    assertEquals(4, report.evaluatedPoints());
    assertEquals(4, report.front().size(), report::toString);
    for (ExploreReport.Best best : report.front()) {
      assertTrue(best.quality().isPresent(), best::toString);
      assertTrue(best.command().contains("--set pcm.adcBits="), best::command);
      assertTrue(best.command().contains("--set pcm.readNoise="), best::command);
    }
    assertEquals(4, report.front().stream().map(best -> best.quality().get()).distinct().count());
    assertEquals(0, run(sweep("one", "3,8")), err::toString);
    assertEquals(0, report("one").evaluatedPoints());
    assertEquals(report.front(), report("one").front());
    assertEquals(0, run(sweep("one", "3,5,8")), err::toString);
    assertEquals(2, report("one").evaluatedPoints());
  }

  private ExploreReport report(String output) {
    return Artefacts.read(folder.resolve(output + "/explore.json"), ExploreReport.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "adcBits=4|--sweep: 'adcBits=4'",
        "pcm.adcBits=|--sweep: 'pcm.adcBits='",
        "pcm.adcBits=8..4|'8..4'; expected a range from a lower",
        "pcm.seed=0..10000|'0..10000'; expected a range from a lower",
        "pcm.bits=4|has no parameter 'bits'",
        "pcm.adcBits=4..13|pcm.adcBits",
        "pcm.adcBits=4,,5|pcm.adcBits",
        "warp.speed=9|unknown core type 'warp'",
      })
  void wrongSweepsAreRefused(String sweep, String says) {
    int exit = run("explore EXAMPLE/model.onnx -o @out --core pcm --sweep " + sweep);
    assertEquals(ExitCode.BAD_INPUT, exit, out + "\n" + err);
    assertTrue(err.toString().contains(says), err::toString);
    assertFalse(Files.exists(folder.resolve("out")), "nothing is written");
  }
}
