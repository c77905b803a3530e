package io.xbarflow.testbench.formal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The leaf modules have their properties. The quick proofs run always, all with {@code
 * -Dxbarflow.long=true}, two at a time; {@code -Dxbarflow.proofs=FILE} writes the page of them.
 */
final class ProofsTest {
  private static final int AT_ONCE = 2;

  private static ExecutorService workers;
  private static ImmutableMap<Proof, Future<Outcome>> running;

  static ImmutableList<Proof> proofs() {
    boolean all = Boolean.getBoolean("xbarflow.long");
    return Proofs.ALL.stream()
        .filter(proof -> all || proof.quick())
        .collect(ImmutableList.toImmutableList());
  }

  @BeforeAll
  static void begin() {
    workers = Executors.newFixedThreadPool(AT_ONCE);
    Prover prover = new Prover(Verilog.properties(), ImmutableList.of(Verilog.cells()));
    ImmutableMap.Builder<Proof, Future<Outcome>> all = ImmutableMap.builder();
    for (Proof proof : proofs()) {
      Path folder = Verilog.scratch().resolve("proof_" + Proofs.ALL.indexOf(proof));
      all.put(proof, workers.submit(() -> prover.prove(proof, folder)));
    }
    running = all.buildOrThrow();
  }

  @AfterAll
  static void end() {
    workers.shutdownNow();
  }

  private static Outcome outcome(Proof proof) throws InterruptedException {
    try {
      return running.get(proof).get();
    } catch (ExecutionException e) {
      throw new AssertionError(proof + ": " + e.getCause().getMessage(), e.getCause());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("proofs")
  void holds(Proof proof) throws InterruptedException {
    Outcome outcome = outcome(proof);
    assertEquals(List.of(), outcome.failed(), () -> String.join("\n", outcome.log()));
    assertTrue(outcome.properties() > 0 && outcome.covers() > 0, outcome::row);
  }

  @Test
  void pageHasTheTable() throws IOException, InterruptedException {
    List<String> rows = new ArrayList<>();
    List<String> timed = new ArrayList<>();
    for (Proof proof : proofs()) {
      Outcome outcome = outcome(proof);
      rows.add(outcome.row());
      timed.add(outcome.row() + String.format(Locale.ROOT, " %.1f |", outcome.seconds()));
    }
    String page = System.getProperty("xbarflow.proofs");
    if (page != null) {
      ProofPage.write(Verilog.root().resolve(page), timed);
    }
    List<String> shown =
        Files.readAllLines(Verilog.root().resolve("docs/proofs.md"), UTF_8).stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.replaceAll(" [0-9.]+ \\|$", ""))
            .toList();
    assertEquals(Proofs.ALL.size(), shown.size(), "write the page with ./verify --proofs");
    for (String row : rows) {
      assertTrue(shown.contains(row), () -> row + "\nwrite the page with ./verify --proofs");
    }
  }
}
