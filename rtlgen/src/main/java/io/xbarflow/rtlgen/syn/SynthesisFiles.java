package io.xbarflow.rtlgen.syn;

import static com.google.common.collect.ImmutableList.toImmutableList;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.Resources;
import io.xbarflow.core.mapping.ChipNames;
import io.xbarflow.core.text.Code;
import io.xbarflow.core.text.Comment;
import io.xbarflow.core.text.FileWord;
import io.xbarflow.core.text.TclList;
import io.xbarflow.core.text.VerilogNames;
import io.xbarflow.core.text.YamlScalar;
import io.xbarflow.rtlgen.template.TemplateRenderer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files of {@code syn/} that say how a chip is synthesised. They need nothing but the tools: no
 * xbarflow. Equal arguments give equal texts.
 */
public final class SynthesisFiles {
  /** Folders that the scripts, and those who run them, write to. */
  public static final ImmutableList<String> WRITTEN = ImmutableList.of("syn/build", "syn/log");

  /** Standard cells that the scripts use: OSU 0.18 um, of Debian's qflow-tech-osu018. */
  public static final String LIBERTY = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib";

  /** The module that is the chip. */
  public static final String TOP = ChipNames.TOP;

  /** Memories that a compiler's macros take the place of. */
  public static final ImmutableList<String> MEMORIES = ImmutableList.of("ram_1r1w", "ram_2r1w");

  private static final String CELL_TITLE = "// xbarflow cell, the same in every design.\n//\n";

  /** How names of Yosys' own cells begin. */
  private static final Code CELL = Code.literal("$");

  /** Share of the clock period that belongs to the outside of the chip. */
  private static final double PORT_SHARE = 0.2;

  private final TemplateRenderer renderer = new TemplateRenderer();
  private final Map<String, String> files = new LinkedHashMap<>();

  private SynthesisFiles() {}

  /**
   * The files by name, as seen from the output folder.
   *
   * @param model source model
   * @param sha256 its hash
   * @param clockMegahertz clock of the architecture
   * @param verilog text of every Verilog file, stubs included, by name
   * @param stubs file that synthesis sees in the place of one of them, by its name
   */
  public static ImmutableMap<String, String> of(
      String model,
      String sha256,
      int clockMegahertz,
      ImmutableMap<String, String> verilog,
      ImmutableMap<String, String> stubs) {
    SynthesisFiles made = new SynthesisFiles();
    made.make(model, sha256, clockMegahertz, verilog, stubs);
    return ImmutableMap.copyOf(made.files);
  }

  private void make(
      String model,
      String sha256,
      int clockMegahertz,
      ImmutableMap<String, String> verilog,
      ImmutableMap<String, String> stubs) {
    for (String cell : new String[] {"boundary_inputs", "boundary_outputs"}) {
      files.put("syn/asic/" + cell + ".v", CELL_TITLE + resource(cell + ".v"));
    }
    files.put("syn/asic/boundary.lib", resource("boundary.lib"));
    files.put("syn/asic/abc.constr", resource("abc.constr"));
    files.put("syn/asic/abc.script", resource("abc.script"));
    ImmutableList.Builder<ChipView.Source> sources = ImmutableList.builder();
    ImmutableList.Builder<FileWord> asic = ImmutableList.builder();
    asic.add(new FileWord("asic/boundary_inputs.v"), new FileWord("asic/boundary_outputs.v"));
    verilog.forEach(
        (name, text) -> {
          if (stubs.containsValue(name)) {
            return; // comes in the place of the module that it stands for
          }
          String seen = stubs.getOrDefault(name, name);
          // A black box that is deferred would lose its name and its parameters.
          boolean box = verilog.getOrDefault(seen, text).contains("(* blackbox *)");
          sources.add(new ChipView.Source(fromHere(seen), !box));
          Optional<FileWord> boundary = boundary(name, verilog.getOrDefault(seen, text), stubs);
          asic.add(boundary.orElse(fromHere(seen)));
        });
    ModuleHeader top = ModuleHeader.parse(verilog.get("rtl/" + TOP + ".v")).orElseThrow();
    double period = 1000.0 / clockMegahertz;
    ChipView chip =
        new ChipView(
            identifier(model),
            Comment.ofName(model),
            Comment.ofName(sha256),
            new YamlScalar(Comment.of("Pipeline of in-memory-computing cores for %s", model)),
            clockMegahertz,
            nanoseconds(period),
            Math.round(1000 * period),
            nanoseconds(PORT_SHARE * period),
            ports(top, "input"),
            ports(top, "output"),
            sources.build(),
            asic.build(),
            files(stubs.keySet().stream()),
            files(stubs.values().stream()),
            files(
                verilog.keySet().stream()
                    .filter(name -> name.startsWith("rtl/") && !stubs.containsKey(name))),
            new FileWord(LIBERTY),
            CELL);
    for (String name :
        new String[] {"constraints.sdc", "generic.ys", "asic.ys", "sta.tcl", "README.md"}) {
      files.put("syn/" + name, renderer.render(name + ".vm", chip));
    }
    files.put("syn/xbarflow_" + chip.name() + ".core", renderer.render("fusesoc.core.vm", chip));
    fpga(
        chip,
        "ice40",
        Comment.of("Lattice iCE40"),
        Code.literal("synth_ice40 -noflatten -top " + TOP),
        Code.literal("t:SB_LUT4 t:SB_CARRY"));
    fpga(
        chip,
        "ecp5",
        Comment.of("Lattice ECP5"),
        Code.literal("synth_ecp5 -noflatten -top " + TOP),
        Code.literal("t:LUT4 t:CCU2C t:PFUMX t:L6MUX21"));
    fpga(
        chip,
        "xilinx",
        Comment.of("Xilinx 7 series"),
        Code.literal("synth_xilinx -family xc7 -noiopad -noclkbuf -top " + TOP),
        Code.literal("t:LUT? t:INV t:CARRY4 t:MUXF? t:DSP48E1"));
  }

  private void fpga(ChipView chip, String target, Comment device, Code command, Code logic) {
    files.put(
        "syn/" + target + ".ys",
        renderer.render("fpga.ys.vm", new FpgaView(chip, target, device, command, logic, CELL)));
  }

  /** Writes a timing view of a memory or a black box; gives its name as seen from syn/. */
  private Optional<FileWord> boundary(
      String name, String text, ImmutableMap<String, String> stubs) {
    String module = name.substring(name.lastIndexOf('/') + 1, name.length() - ".v".length());
    boolean memory = MEMORIES.contains(module);
    if (!memory && !text.contains("(* blackbox *)")) {
      return Optional.empty();
    }
    Optional<ModuleHeader> header = ModuleHeader.parse(text).filter(ModuleHeader::clocked);
    if (header.isEmpty()) {
      return Optional.empty(); // stays a black box, whose paths are not timed
    }
    String file = "asic/" + module + ".v";
    String title = text.substring(0, text.indexOf('\n'));
    files.put(
        "syn/" + file,
        renderer.render(
            "boundary.v.vm",
            new BoundaryView(
                Code.source(title),
                module,
                Code.source(header.get().text()),
                header.get().data(),
                stubs.containsKey(name) ? 1 : 0)));
    return Optional.of(new FileWord(file));
  }

  private static TclList ports(ModuleHeader top, String direction) {
    return TclList.of(
        top.data().stream()
            .filter(port -> port.direction().equals(direction) && !port.name().equals("rst_n"))
            .map(port -> new TclList.Port(port.name(), port.bus()))
            .toList());
  }

  private static ImmutableList<FileWord> files(Stream<String> names) {
    return names.map(SynthesisFiles::fromHere).collect(toImmutableList());
  }

  /** {@code name} as seen from syn/. */
  private static FileWord fromHere(String name) {
    return new FileWord(name.startsWith("syn/") ? name.substring("syn/".length()) : "../" + name);
  }

  private static String nanoseconds(double time) {
    return String.format(Locale.ROOT, "%.3f", time);
  }

  /** The model's name without folder and ending, as an identifier. */
  private static String identifier(String model) {
    String name = model.substring(model.lastIndexOf('/') + 1);
    String known = name.endsWith(".onnx") ? name.substring(0, name.length() - 5) : name;
    return new VerilogNames().legalise(known);
  }

  private static String resource(String name) {
    try {
      return Resources.toString(Resources.getResource(SynthesisFiles.class, name), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
