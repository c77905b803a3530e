package io.xbarflow.testbench;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.ChipNames;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.core.mapping.Mapping;
import io.xbarflow.core.mapping.Port;
import io.xbarflow.core.text.Comment;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A saved view of GTKWave: the signals of a waveform grouped by layer, each layer with the streams
 * it takes and gives and, for a core, the steps of its MVMs. Groups are closed but the one of
 * interest.
 *
 * <p>Source of the format: GTKWave 3.3 User's Guide, appendix D.2, and what GTKWave 3.3.118 itself
 * writes; the numbers after {@code @} are its trace flags in hexadecimal.
 */
final class SavedView {
  private static final String CHIP = "TOP.cosim_top.u_chip.";
  private static final String BINARY = "@28";
  private static final String HEXADECIMAL = "@22";
  private static final String COMMENT = "@200";
  private static final String OPEN_GROUP = "@800200";
  private static final String CLOSED_GROUP = "@c00200";
  private static final String END_OPEN_GROUP = "@1000200";
  private static final String END_CLOSED_GROUP = "@1401200";

  private static final ImmutableList<String> STEPS_OF_A_CORE =
      ImmutableList.of("window_valid", "start", "macro_done", "capture", "result_free");

  private final Mapping mapping;
  private final Set<String> signals;
  private final StringBuilder text = new StringBuilder();
  private final Deque<Comment> openGroups = new ArrayDeque<>();

  private SavedView(Mapping mapping, Set<String> signals) {
    this.mapping = mapping;
    this.signals = signals;
  }

  /**
   * Writes the view of {@code waves} beside it.
   *
   * @param cycle where the cursor stands
   * @param interesting link whose producer's group is open; without it the first group is
   * @return the file
   */
  static Path write(Path waves, Mapping mapping, long cycle, Optional<String> interesting)
      throws IOException {
    String name = waves.getFileName().toString();
    Path file = waves.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".gtkw");
    SavedView view = new SavedView(mapping, signals(waves));
    Artefacts.writeText(file, view.text(waves, file, cycle, interesting));
    return file;
  }

  private String text(Path waves, Path file, long cycle, Optional<String> interesting) {
    text.append("[*] xbarflow: streams by layer\n");
    text.append("[dumpfile] \"").append(path(waves)).append("\"\n");
    text.append("[savefile] \"").append(path(file)).append("\"\n");
    text.append("[timestart] ").append(Math.max(0, CycleWindow.time(cycle - 25))).append('\n');
    text.append("[size] 1600 900\n[pos] -1 -1\n");
    // Zoom: 200 pixels are two to the power of this; then the cursor.
    text.append("*-6.800000 ").append(CycleWindow.time(cycle)).append(" -1".repeat(26));
    text.append("\n[treeopen] TOP.\n[treeopen] TOP.cosim_top.\n[sst_width] 220\n");
    text.append("[signals_width] 320\n[sst_expanded] 0\n");
    scalars(List.of("clk", "rst_n", "frame_error"));
    String first = mapping.inputs().get(0).link();
    for (Port port : mapping.inputs()) {
      group(
          Comment.of("chip input %s", port.tensor()),
          interesting.orElse(first).equals(port.link()));
      stream(port.link());
      endGroup(interesting.orElse(first).equals(port.link()));
    }
    for (Block block : mapping.blocks()) {
      boolean open = interesting.filter(block.outputs()::contains).isPresent();
      group(title(block), open);
      block.inputs().forEach(link -> stream("in", link));
      if (block instanceof Block.ImcCore core) {
        steps(core);
      }
      block.outputs().forEach(link -> stream("out", link));
      endGroup(open);
    }
    return text.toString();
  }

  private static Comment title(Block block) {
    String kind = PipelineNames.kindAndName(block);
    return block
        .computes()
        .map(layer -> Comment.of("layer %s (%s)", layer, kind))
        .orElse(Comment.of("(%s)", kind));
  }

  private void group(Comment title, boolean open) {
    text.append(open ? OPEN_GROUP : CLOSED_GROUP).append("\n-").append(title).append('\n');
    openGroups.push(title);
  }

  private void endGroup(boolean open) {
    text.append(open ? END_OPEN_GROUP : END_CLOSED_GROUP)
        .append("\n-")
        .append(openGroups.pop())
        .append('\n');
  }

  private void stream(String direction, String link) {
    Link carried = mapping.linksByName().get(link);
    text.append(COMMENT)
        .append("\n-")
        .append(
            Comment.of(
                "%s: %s, %d values a beat, %d beats an image",
                direction, carried.tensor(), carried.lanes(), carried.beatsPerImage()))
        .append('\n');
    stream(link);
  }

  private void stream(String link) {
    scalars(List.of(link + "_valid", link + "_ready", link + "_last"));
    add(HEXADECIMAL, link + "_data");
  }

  private void steps(Block.ImcCore core) {
    text.append(COMMENT).append("\n-steps of an MVM\n");
    STEPS_OF_A_CORE.forEach(step -> add(BINARY, ChipNames.instance(core.name()) + "." + step));
  }

  private void scalars(List<String> names) {
    names.forEach(name -> add(BINARY, name));
  }

  /** Adds a signal of the chip if the waveform has it, whatever its width. */
  private void add(String format, String name) {
    for (String signal : signals) {
      if (signal.equals(CHIP + name) || signal.startsWith(CHIP + name + "[")) {
        text.append(format).append('\n').append(signal).append('\n');
        return;
      }
    }
  }

  /** Full names of the signals in the header of the value change dump {@code waves}. */
  static ImmutableList<String> names(Path waves) throws IOException {
    Deque<String> scopes = new ArrayDeque<>();
    ImmutableList.Builder<String> names = ImmutableList.builder();
    try (BufferedReader lines = Files.newBufferedReader(waves, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.trim().split("\\s+", -1);
        if (words[0].equals("$scope")) {
          scopes.addLast(words[2]);
        } else if (words[0].equals("$upscope")) {
          scopes.removeLast();
        } else if (words[0].equals("$var")) {
          // $var wire 16 # name [15:0] $end
          String range = words[5].startsWith("[") ? words[5] : "";
          names.add(String.join(".", scopes) + "." + words[4] + range);
        } else if (words[0].equals("$enddefinitions")) {
          break;
        }
      }
    }
    return names.build();
  }

  private static Set<String> signals(Path waves) throws IOException {
    return new HashSet<>(names(waves));
  }

  /** A path between quotes, which GTKWave cannot escape; then the file is looked for beside. */
  private static String path(Path file) {
    boolean quotable = file.toString().chars().noneMatch(c -> c == '"' || c == '\\' || c < ' ');
    return quotable ? file.toString() : file.getFileName().toString();
  }
}
