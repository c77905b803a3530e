package io.xbarflow.testbench.synth;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;

/**
 * What is to be synthesised.
 *
 * @param output folder of the chip, with {@code syn/}
 * @param model source model
 * @param modelSha256 its hash
 * @param clockMegahertz clock that the constraints ask for
 * @param target what for
 * @param top module of the Verilog to start from
 * @param liberty standard cells
 * @param versions of the programs, by name
 */
public record SynthesisRequest(
    Path output,
    String model,
    String modelSha256,
    int clockMegahertz,
    Target target,
    String top,
    Path liberty,
    ImmutableMap<String, String> versions) {}
