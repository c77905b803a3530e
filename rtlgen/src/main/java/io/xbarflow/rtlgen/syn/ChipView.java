package io.xbarflow.rtlgen.syn;

import com.google.common.collect.ImmutableList;

/**
 * What the scripts and constraints of a chip print.
 *
 * @param name of the chip, an identifier
 * @param model source model
 * @param sha256 hash of the source model
 * @param clockMegahertz clock of the architecture
 * @param period of the clock, in nanoseconds
 * @param periodPicoseconds the same in picoseconds
 * @param portDelay what the outside takes of it, in nanoseconds
 * @param inputs ports of the top that are timed
 * @param outputs ports of the top
 * @param sources how each Verilog file is read, as seen from {@code syn/}; macros as black boxes
 * @param asicSources the same with memories and macros that end in boundary cells
 * @param simulationSources behavioural macros, as seen from {@code syn/}
 * @param stubs black boxes among the sources
 * @param sharedSources files that simulation and synthesis have in common
 * @param liberty standard cells
 * @param cell how names of Yosys' own cells begin
 */
public record ChipView(
    String name,
    String model,
    String sha256,
    int clockMegahertz,
    String period,
    long periodPicoseconds,
    String portDelay,
    String inputs,
    String outputs,
    ImmutableList<String> sources,
    ImmutableList<String> asicSources,
    ImmutableList<String> simulationSources,
    ImmutableList<String> stubs,
    ImmutableList<String> sharedSources,
    String liberty,
    String cell) {}
