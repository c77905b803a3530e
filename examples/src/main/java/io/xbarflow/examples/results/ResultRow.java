package io.xbarflow.examples.results;

import io.xbarflow.core.mapping.Figures;
import java.util.Optional;

/**
 * What one network reaches and costs at one duration of an MVM: a line of {@code results.jsonl}.
 *
 * @param network its name
 * @param mvmCycles clock cycles of an MVM
 * @param revision of the sources, as git names it
 * @param processors of the machine
 * @param predicted what the mapping is predicted to reach; absent when it was not mapped
 * @param bound the same for a perfect pipeline
 * @param cosim what was measured; absent when the co-simulation did not end
 * @param goldenSecondsPerImage time of the golden model; absent when it was not run
 * @param map import and map
 * @param generate Verilog and memory images
 * @param golden golden model and timing model
 * @param build Verilator and the C++ compiler
 * @param simulate the co-simulation itself, program and checks
 */
record ResultRow(
    String network,
    int mvmCycles,
    String revision,
    int processors,
    Optional<Figures> predicted,
    Optional<Figures> bound,
    Optional<CosimFigures> cosim,
    Optional<Double> goldenSecondsPerImage,
    StageRun map,
    StageRun generate,
    StageRun golden,
    StageRun build,
    StageRun simulate) {

  /** A row of which no stage was run. */
  static ResultRow open(String network, int mvmCycles, String revision, int processors) {
    StageRun none = StageRun.notRun("not run");
    return new ResultRow(
        network,
        mvmCycles,
        revision,
        processors,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        none,
        none,
        none,
        none,
        none);
  }

  /** Equal for rows of which the later one counts. */
  String key() {
    return network + "@" + mvmCycles;
  }

  ResultRow withMap(StageRun run, Optional<Figures> reached, Optional<Figures> perfect) {
    return new ResultRow(
        network,
        mvmCycles,
        revision,
        processors,
        reached,
        perfect,
        cosim,
        goldenSecondsPerImage,
        run,
        generate,
        golden,
        build,
        simulate);
  }

  ResultRow withGenerate(StageRun run) {
    return new ResultRow(
        network,
        mvmCycles,
        revision,
        processors,
        predicted,
        bound,
        cosim,
        goldenSecondsPerImage,
        map,
        run,
        golden,
        build,
        simulate);
  }

  ResultRow withGolden(StageRun run, Optional<Double> secondsPerImage) {
    return new ResultRow(
        network,
        mvmCycles,
        revision,
        processors,
        predicted,
        bound,
        cosim,
        secondsPerImage,
        map,
        generate,
        run,
        build,
        simulate);
  }

  ResultRow withCosim(StageRun built, StageRun simulated, Optional<CosimFigures> figures) {
    return new ResultRow(
        network,
        mvmCycles,
        revision,
        processors,
        predicted,
        bound,
        figures,
        goldenSecondsPerImage,
        map,
        generate,
        golden,
        built,
        simulated);
  }
}
