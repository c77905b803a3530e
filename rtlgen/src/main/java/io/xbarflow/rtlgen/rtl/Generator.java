package io.xbarflow.rtlgen.rtl;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.Resources;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.ChipNames;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.text.Comment;
import io.xbarflow.rtlgen.template.TemplateRenderer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the RTL bundle of a mapping: {@code rtl/} (Verilog and file list), {@code mem/} (weights)
 * and {@code syn/} (what synthesis needs). Equal arguments give equal bytes.
 */
public final class Generator {
  /** The folders of a bundle. */
  public static final ImmutableList<String> FOLDERS =
      ImmutableList.of("rtl", "mem", "syn", "syn/asic");

  /** First line of every cell, which has no design's name to give. */
  private static final String CELL_TITLE = "// xbarflow cell, the same in every design.\n//\n";

  /** Cells that every design gets, without parameters in their text. */
  public static final ImmutableList<String> CELLS =
      ImmutableList.of(
          "add_pipe",
          "average_pool_output",
          "average_pool_pipe",
          "bad_frames",
          "channel_gather",
          "channel_lookup",
          "column_select",
          "constant_adder",
          "copy_turn",
          "direct_input",
          "frame_align",
          "frame_axis",
          "frame_marks",
          "global_average_pool",
          "lane_adder",
          "lane_gain",
          "lane_register",
          "line_buffer",
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
          "reset_register",
          "reset_synchroniser",
          "reset_tree",
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

  /** Templates that the generator fills in. */
  public static final ImmutableList<String> TEMPLATES =
      ImmutableList.of("core.v.vm", "lookup.v.vm", "table.v.vm", "top.v.vm", "window_fetch.v.vm");

  private final TemplateRenderer renderer = new TemplateRenderer();
  private final CoreTypes types;

  /** A generator for mappings to cores of {@code types}. */
  public Generator(CoreTypes types) {
    this.types = types;
  }

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
    checkOverrides();
    CoreTypeVerilog ofTypes = new CoreTypeVerilog(renderer);
    Source source = new Source(network, mapping);
    // Everything is designed and proven before anything is written.
    List<ImcCoreModule> cores = new ArrayList<>();
    List<PoolCoreModule> pools = new ArrayList<>();
    int weightFiles = 0;
    for (Block block : mapping.blocks()) {
      if (block instanceof Block.ImcCore core) {
        ImcCoreModule module = new ImcCoreModule(source, core, types, weightFiles);
        weightFiles += module.weightFiles();
        cores.add(module);
      } else if (block instanceof Block.PoolCore pool) {
        pools.add(new PoolCoreModule(source, pool));
      }
    }
    TopModule top = new TopModule(source);
    Map<String, CoreType> used = new TreeMap<>();
    cores.forEach(core -> used.put(core.type().name(), core.type()));
    Map<CoreType, ImmutableMap<String, String>> macros = new LinkedHashMap<>();
    used.values().forEach(type -> macros.put(type, ofTypes.of(type)));
    types
        .overrides()
        .forEach(
            (file, text) -> {
              if (!TEMPLATES.contains(file)) {
                ofTypes.checkCell(types.whereOverride(file), cellOf(file), text);
              }
            });
    cores.forEach(core -> checkBoundary(core, macros.get(core.type())));

    try (Bundle bundle = new Bundle(folder)) {
      macros.forEach((type, files) -> writeSources(type, files, bundle));
      write(cores, pools, top, bundle);
      bundle.publish(mapping);
    }
  }

  private void write(
      List<ImcCoreModule> cores, List<PoolCoreModule> pools, TopModule top, Bundle bundle) {
    CELLS.forEach(cell -> bundle.verilog(cell, cell(cell)));
    for (boolean skip : new boolean[] {false, true}) {
      WindowFetchView view = WindowFetchView.of(skip);
      bundle.verilog(view.module(), render("window_fetch.v.vm", view));
    }
    for (ImcCoreModule core : cores) {
      bundle.verilog(core.module(), render("core.v.vm", core.view()));
      TableView constants = core.constants();
      bundle.verilog(constants.module(), render("table.v.vm", constants));
      core.writeWeights(bundle);
    }
    for (PoolCoreModule pool : pools) {
      bundle.verilog(pool.module(), render("core.v.vm", pool.view()));
      for (TableView table : pool.tables()) {
        bundle.verilog(table.module(), render("table.v.vm", table));
      }
    }
    for (TableView table : top.tables()) {
      bundle.verilog(table.module(), render("table.v.vm", table));
    }
    top.memories().forEach(bundle::write);
    for (LookupView lookup : top.lookups()) {
      bundle.verilog(lookup.module(), render("lookup.v.vm", lookup));
    }
    bundle.verilog(ChipNames.TOP, render("top.v.vm", top.view()));
  }

  /** A file that takes no cell's place would be left out without a word. */
  private void checkOverrides() {
    for (String file : types.overrides().keySet()) {
      String cell = cellOf(file);
      if (!CELLS.contains(cell) && !TEMPLATES.contains(file)) {
        throw UserException.badInput(
            types.whereOverride(file),
            "file " + file + " has the name of no cell and of no template",
            "a file whose name begins with the macro's, or one of "
                + String.join(", ", CELLS)
                + " (.v) or "
                + String.join(", ", TEMPLATES),
            "Rename the file, or remove it.");
      }
    }
  }

  private static String cellOf(String file) {
    return file.endsWith(".v") ? file.substring(0, file.length() - 2) : "";
  }

  /** Modules that every design has under the same name. */
  static ImmutableList<String> cellNames() {
    return ImmutableList.<String>builder()
        .addAll(CELLS)
        .add(WindowFetchView.of(false).module(), WindowFetchView.of(true).module())
        .build();
  }

  /** Checks that macros have the ports and parameters by which {@code core} instantiates them. */
  private static void checkBoundary(ImcCoreModule core, ImmutableMap<String, String> files) {
    CoreType type = core.type();
    String module = type.module();
    MacroBoundary.require(
        type, module + ".v", files.getOrDefault(module, ""), core.ownParameters());
    type.stub()
        .ifPresent(
            stub -> MacroBoundary.require(type, module + "_stub.v", stub, core.ownParameters()));
  }

  /** Writes the Verilog that only cores of {@code type} have. */
  private static void writeSources(
      CoreType type, ImmutableMap<String, String> files, Bundle bundle) {
    String title =
        "// " + Comment.of("xbarflow cell of core type %s, the same in every design.", type.name());
    files.forEach((module, text) -> bundle.verilog(module, title + "\n//\n" + text));
    type.stub().ifPresent(stub -> bundle.stub(type.module(), title + "\n//\n" + stub));
  }

  /** Renders a template of the generator, or what stands in its place. */
  private String render(String template, Record view) {
    String other = types.overrides().get(template);
    return other == null
        ? renderer.render(template, view)
        : renderer.renderUsers(types.whereOverride(template), other, view);
  }

  private String cell(String name) {
    String other = types.overrides().get(name + ".v");
    if (other != null) {
      return other;
    }
    try {
      return CELL_TITLE
          + Resources.toString(Resources.getResource(Generator.class, name + ".v"), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
