package io.xbarflow.rtlgen.rtl;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import com.google.common.io.Resources;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Network;
import io.xbarflow.rtlgen.template.TemplateRenderer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the RTL bundle of a mapping: {@code rtl/} (Verilog and file list), {@code mem/} (weights)
 * and {@code syn/} (file list and macro stubs for synthesis). Equal arguments give equal bytes.
 */
public final class Generator {
  private static final String MACRO = "crossbar_macro_ideal";

  /** First line of every cell, which has no design's name to give. */
  private static final String CELL_TITLE = "// xbarflow cell, the same in every design.\n//\n";

  /** Cells that every design gets, without parameters in their text. */
  private static final ImmutableList<String> CELLS =
      ImmutableList.of(
          "add_pipe",
          "average_pool_output",
          "average_pool_pipe",
          "channel_gather",
          "channel_lookup",
          "column_select",
          "constant_adder",
          "copy_turn",
          MACRO,
          "direct_input",
          "frame_axis",
          "frame_check",
          "global_average_pool",
          "lane_adder",
          "max_pool_output",
          "max_pool_partials",
          "mvm_control",
          "newest_row",
          "pixel_collect",
          "pixel_concat",
          "place_step",
          "post_processing",
          "ram_1r1w",
          "ram_2r1w",
          "reorder_memory",
          "requantise_pipe",
          "ring_pointer",
          "ring_release",
          "ring_repeat",
          "ring_window_pointer",
          "ring_write",
          "round_half_even",
          "round_significand",
          "row_max_pool",
          "row_phase",
          "scale_value",
          "split_blocks",
          "stream_adder",
          "stream_concat",
          "stream_fifo",
          "stream_fork",
          "stream_reframe",
          "stream_register",
          "stream_registers",
          "stream_walk",
          "stride_filter",
          "tap_count",
          "tap_term",
          "walk_axis");

  private final TemplateRenderer renderer = new TemplateRenderer();

  /**
   * Writes the bundle of {@code mapping} below {@code folder}, replacing an earlier one.
   *
   * @throws UserException when the mapping belongs to another network, a proof fails or the folder
   *     cannot be written
   */
  public void generate(Network network, Mapping mapping, Path folder) {
    if (!mapping.modelSha256().equals(network.modelSha256())) {
      throw UserException.badInput(
          folder.resolve("mapping.json").toString(),
          "a mapping of another network (" + mapping.model() + ")",
          "a mapping of " + network.model(),
          "Run `xbarflow map` again.");
    }
    Source source = new Source(network, mapping);
    // Everything is designed and proven before anything is written.
    List<ImcCoreModule> cores = new ArrayList<>();
    List<PoolCoreModule> pools = new ArrayList<>();
    int weightFiles = 0;
    for (Block block : mapping.blocks()) {
      if (block instanceof Block.ImcCore core) {
        ImcCoreModule module = new ImcCoreModule(source, core, weightFiles);
        weightFiles += module.weightFiles();
        cores.add(module);
      } else if (block instanceof Block.PoolCore pool) {
        pools.add(new PoolCoreModule(source, pool));
      }
    }
    TopModule top = new TopModule(source);

    Bundle bundle = new Bundle(folder);
    CELLS.forEach(cell -> bundle.verilog(cell, cell(cell)));
    for (boolean skip : new boolean[] {false, true}) {
      WindowFetchView view = WindowFetchView.of(skip);
      bundle.verilog(view.module(), renderer.render("window_fetch.v.vm", view));
    }
    for (ImcCoreModule core : cores) {
      bundle.verilog(core.module(), renderer.render("core.v.vm", core.view()));
      TableView constants = core.constants();
      bundle.verilog(constants.module(), renderer.render("table.v.vm", constants));
      core.writeWeights(bundle);
    }
    for (PoolCoreModule pool : pools) {
      bundle.verilog(pool.module(), renderer.render("core.v.vm", pool.view()));
      for (TableView table : pool.tables()) {
        bundle.verilog(table.module(), renderer.render("table.v.vm", table));
      }
    }
    for (TableView table : top.tables()) {
      bundle.verilog(table.module(), renderer.render("table.v.vm", table));
    }
    top.memories().forEach(bundle::write);
    for (LookupView lookup : top.lookups()) {
      bundle.verilog(lookup.module(), renderer.render("lookup.v.vm", lookup));
    }
    bundle.verilog("xbarflow_top", renderer.render("top.v.vm", top.view()));
    bundle.close(MACRO, cell(MACRO + "_stub"));
  }

  private static String cell(String name) {
    try {
      return CELL_TITLE
          + Resources.toString(Resources.getResource(Generator.class, name + ".v"), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
