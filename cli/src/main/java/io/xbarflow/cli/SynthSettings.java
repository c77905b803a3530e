package io.xbarflow.cli;

import io.xbarflow.testbench.synth.Target;
import java.nio.file.Path;

/**
 * What is to be synthesised.
 *
 * @param target what for
 * @param module module to start from
 * @param liberty standard cells
 */
record SynthSettings(Target target, String module, Path liberty) {}
