package io.xbarflow.testbench.formal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The page with what is proved. */
final class ProofPage {
  private static final String INTRODUCTION =
      """
# Proofs

Written by `./verify --proofs`. Every property is an assertion under an English sentence in
`testbench/src/test/resources/io/xbarflow/testbench/formal`, one file a cell; its head lists the
contract. Yosys makes formulas of cell and properties, `yosys-smtbmc` gives them to the solver Z3.

- **cycles**: the assertions hold in every cycle up to that one after the reset, whatever stands at
  the inputs.
- **by induction over k**: if they hold in k cycles in a row they hold in the next one, so with the
  above in every cycle there is. The invariants that make it close are properties as well and speak
  of the cell's registers.
- **every input**: the cell has no state, so one cycle is a proof.
- **covers**: situations that must be reached, so that no property holds for want of a case.

Beats are followed one at a time (`watched_beat`): the solver picks which, so what holds for it holds
for all. In `stream_fifo` a memory stands for `ram_1r1w` that keeps one word, whichever the solver
picks, and answers anything for the others (`ram_one_word`). `float32_rounding` says that one
rounding with the window of `round_half_even` equals float32's two, for every product of the width
that is named. A test changes each cell and sees its proof fail.

What is not proved here is held against models in co-simulation: templates, and cells that join
others, such as `window_fetch`.

| cell | parameters (the others as in the file) | properties | covers | proved for | seconds |
|---|---|--:|--:|---|--:|
""";

  private ProofPage() {}

  static void write(Path page, List<String> rows) throws IOException {
    Files.writeString(page, INTRODUCTION + String.join("\n", rows) + "\n", UTF_8);
  }
}
