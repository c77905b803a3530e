package io.xbarflow.rtlgen.syn;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.text.Code;

/**
 * What {@code boundary.v.vm} prints: a memory or macro as timing analysis sees it.
 *
 * @param title first line
 * @param module module
 * @param header its head
 * @param ports its ports but for the clock
 * @param macro 1 for a macro, 0 for a memory
 */
public record BoundaryView(
    Code title, String module, Code header, ImmutableList<ModuleHeader.Port> ports, int macro) {}
