package io.xbarflow.cli;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.testbench.synth.Target;
import java.nio.file.Path;

/**
 * What is to be synthesised.
 *
 * @param target what for
 * @param module module to start from
 * @param liberty standard cells
 * @param versions programs that do it, with their versions
 */
record SynthSettings(
    Target target, String module, Path liberty, ImmutableMap<String, String> versions) {}
