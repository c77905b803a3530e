package io.xbarflow.examples.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.Resources;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.examples.results.MeasuredProcess.Measured;
import io.xbarflow.examples.results.MeasuredProcess.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows are kept, rendered and measured. */
final class ResultPageTest {

  /** The page of fixed lines: co-simulated, wrong, stopped, not mapped and not co-simulated. */
  @Test
  void page(@TempDir Path folder) throws IOException {
    Path lines = folder.resolve("results.jsonl");
    Files.writeString(lines, resource("results.jsonl"));
    assertEquals(resource("results.md"), new ResultPage(new ResultFile(lines).read()).text());
  }

  private static String resource(String name) throws IOException {
    return Resources.toString(
        Resources.getResource(ResultPageTest.class, name), StandardCharsets.UTF_8);
  }

  @Test
  void laterRowsReplaceEarlierOnesAndNetworksStandTogether(@TempDir Path folder) {
    ResultFile file = new ResultFile(folder.resolve("results.jsonl"));
    file.put(ResultRow.open("a", 8, "r1", 2));
    file.put(ResultRow.open("b", 8, "r1", 2));
    file.put(ResultRow.open("a", 130, "r1", 2));
    StageRun done = new StageRun(StageRun.Outcome.DONE, 1.5, 200, "");
    ResultRow again = ResultRow.open("a", 8, "r2", 2).withGenerate(done);
    file.put(again);
    ImmutableList<ResultRow> rows = file.read();
    assertEquals(
        ImmutableList.of("a@8", "a@130", "b@8"), rows.stream().map(ResultRow::key).toList());
    assertEquals(again, rows.get(0));
    assertEquals(Optional.of(again), file.find("a@8"));
    assertEquals(Optional.empty(), file.find("b@130"));
  }

  @Test
  void namesTheLineThatIsNoRow(@TempDir Path folder) throws IOException {
    ResultFile file = new ResultFile(folder.resolve("results.jsonl"));
    file.put(ResultRow.open("a", 8, "r1", 2));
    Files.writeString(file.path(), Files.readString(file.path()) + "{\"network\": 1}\n");
    UserException error = assertThrows(UserException.class, file::read);
    assertTrue(error.getMessage().contains("results.jsonl:2"), error::getMessage);
  }

  @Test
  void options() {
    ResultOptions options =
        ResultOptions.of("--limit", "60", "resnet8", "--mvm-cycles", "1,16", "--no-cosim");
    assertEquals(
        new ResultOptions(
            ImmutableList.of("resnet8"),
            ImmutableList.of(1, 16),
            3,
            60,
            "full",
            false,
            false,
            false,
            false),
        options);
    assertThrows(UserException.class, () -> ResultOptions.of("--limit", "0"));
    assertThrows(UserException.class, () -> ResultOptions.of("--limit"));
    assertThrows(UserException.class, () -> ResultOptions.of("--limits", "5"));
  }

  @Test
  void measuresMemoryAndTime(@TempDir Path folder) throws IOException {
    // 64 MiB in a variable of the shell, for two seconds.
    Measured measured =
        run(folder, "x=$(head -c 67108864 /dev/zero | tr '\\0' 'a'); sleep 2; exit 3", 60);
    assertEquals(Optional.of(3), measured.exitCode());
    long peak = measured.usage(Part.PROGRAM).peakMebibytes();
    assertTrue(peak >= 64 && peak < 1000, peak + " MiB");
    assertTrue(measured.seconds() >= 2, measured.seconds() + " s");
  }

  @Test
  void tellsTheSimulatorFromTheProgram(@TempDir Path folder) throws IOException {
    Path simulator = folder.resolve("Vcosim_top");
    Files.copy(Path.of("/bin/sleep"), simulator);
    Measured measured = run(folder, simulator + " 2; true", 60);
    assertTrue(measured.usage(Part.SIMULATOR).seconds() > 0.2, measured::toString);
    assertTrue(measured.usage(Part.SIMULATOR).seconds() < measured.seconds(), measured::toString);
    assertEquals(0, measured.usage(Part.BUILD).peakMebibytes());
  }

  @Test
  void stopsAProgramAtTheLimitWithAllThatItStarted(@TempDir Path folder) throws Exception {
    Path child = folder.resolve("child");
    Measured measured = run(folder, "sleep 100 & echo $! > " + child + "; wait", 1);
    assertEquals(Optional.empty(), measured.exitCode());
    assertTrue(measured.seconds() < 50, measured.seconds() + " s");
    long pid = Long.parseLong(Files.readString(child).strip());
    for (int tries = 0; tries < 100 && ProcessHandle.of(pid).isPresent(); tries++) {
      Thread.sleep(50);
    }
    assertEquals(Optional.empty(), ProcessHandle.of(pid).filter(ProcessHandle::isAlive));
  }

  private static Measured run(Path folder, String script, int limitSeconds) throws IOException {
    return MeasuredProcess.run(
        ImmutableList.of("/bin/bash", "-c", script),
        ImmutableMap.of("XBARFLOW_UNUSED", "1"),
        folder.resolve("log"),
        limitSeconds);
  }
}
