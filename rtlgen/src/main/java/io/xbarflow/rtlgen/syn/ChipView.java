package io.xbarflow.rtlgen.syn;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.text.Code;
import io.xbarflow.core.text.Comment;
import io.xbarflow.core.text.FileWord;
import io.xbarflow.core.text.TclList;
import io.xbarflow.core.text.YamlScalar;

/**
 * What the scripts and constraints of a chip print.
 *
 * @param name of the chip, an identifier
 * @param model source model
 * @param sha256 hash of the source model
 * @param description of the chip, in one line
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
    Comment model,
    Comment sha256,
    YamlScalar description,
    int clockMegahertz,
    String period,
    long periodPicoseconds,
    String portDelay,
    TclList inputs,
    TclList outputs,
    ImmutableList<Source> sources,
    ImmutableList<FileWord> asicSources,
    ImmutableList<FileWord> simulationSources,
    ImmutableList<FileWord> stubs,
    ImmutableList<FileWord> sharedSources,
    FileWord liberty,
    Code cell) {

  /**
   * A file for Yosys.
   *
   * @param file as seen from {@code syn/}
   * @param deferred whether it is elaborated only when its parameters are known
   */
  public record Source(FileWord file, boolean deferred) {}
}
