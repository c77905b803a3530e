package io.xbarflow.rtlgen.syn;

import io.xbarflow.core.text.Code;
import io.xbarflow.core.text.Comment;

/**
 * What {@code fpga.ys.vm} prints.
 *
 * @param chip the chip
 * @param target name of the script
 * @param device what it is for
 * @param command how Yosys is told
 * @param logic selects the cells that are logic
 * @param cell how names of Yosys' own cells begin
 */
public record FpgaView(
    ChipView chip, String target, Comment device, Code command, Code logic, Code cell) {}
