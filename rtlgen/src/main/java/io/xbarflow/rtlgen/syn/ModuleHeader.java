package io.xbarflow.rtlgen.syn;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.text.Code;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of a Verilog module whose ports stand one a line, as in all that is generated here.
 *
 * @param module its name
 * @param text from {@code module} to the end of the port list, outputs as wires
 * @param ports in the order of declaration
 */
public record ModuleHeader(String module, String text, ImmutableList<Port> ports) {
  private static final Pattern HEADER =
      Pattern.compile("^module\\s+(\\w+)\\b.*?^\\s*\\);", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern PORT =
      Pattern.compile(
          "^\\s*(input|output)\\s+(?:wire|reg)?\\s*(?:\\[(.+):0\\])?\\s*(\\w+)\\s*(?:,|//|$|\\);)",
          Pattern.MULTILINE);
  private static final Code ONE = Code.literal("1");
  private static final Pattern PORT_LINE =
      Pattern.compile("^\\s*(input|output|inout)\\b", Pattern.MULTILINE);

  /**
   * A port.
   *
   * @param direction {@code input} or {@code output}
   * @param name its name
   * @param width its bits, an expression of the module's parameters
   */
  public record Port(String direction, String name, Code width) {
    /** The boundary cell that it ends in. */
    public String cell() {
      return "boundary_" + direction + "s";
    }

    /** Pin of the boundary cell that it ends in. */
    public String pin() {
      return direction.equals("input") ? "d" : "q";
    }

    /** Whether it has several bits. */
    boolean bus() {
      return !width.equals(ONE);
    }
  }

  /** The first module of {@code verilog}; empty when its ports do not stand one a line. */
  static Optional<ModuleHeader> parse(String verilog) {
    Matcher header = HEADER.matcher(verilog);
    if (!header.find()) {
      return Optional.empty();
    }
    String text = header.group();
    ImmutableList.Builder<Port> ports = ImmutableList.builder();
    int found = 0;
    Matcher port = PORT.matcher(text);
    while (port.find()) {
      ports.add(new Port(port.group(1), port.group(3), width(port.group(2))));
      found++;
    }
    long lines = PORT_LINE.matcher(text).results().count();
    return found == 0 || lines != found
        ? Optional.empty()
        : Optional.of(
            new ModuleHeader(
                header.group(1),
                text.replaceAll("\\boutput\\s+reg ", "output wire"),
                ports.build()));
  }

  private static Code width(String top) {
    if (top == null) {
      return ONE;
    }
    return Code.source(
        top.endsWith("-1") ? top.substring(0, top.length() - 2) : "(" + top + ") + 1");
  }

  /** The ports but for the clock. */
  ImmutableList<Port> data() {
    return ports.stream().filter(port -> !port.name().equals("clk")).collect(toImmutableList());
  }

  /** Whether there is a clock. */
  boolean clocked() {
    return ports.stream().anyMatch(port -> port.name().equals("clk"));
  }
}
