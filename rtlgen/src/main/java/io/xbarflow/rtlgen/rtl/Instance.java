package io.xbarflow.rtlgen.rtl;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import io.xbarflow.core.text.Code;
import io.xbarflow.core.text.Comment;
import io.xbarflow.core.text.SafeText;
import io.xbarflow.core.text.VerilogString;
import java.util.ArrayList;
import java.util.List;

/**
 * A module instance, ready to print.
 *
 * @param comment line above it; empty for none
 * @param module module
 * @param name instance
 * @param parameters parameters in declaration order
 * @param connections ports in declaration order
 */
public record Instance(
    Comment comment,
    String module,
    String name,
    ImmutableList<Binding> parameters,
    ImmutableList<Binding> connections) {

  /** Characters of a value that fit on a line of 100 columns beside the name of its port. */
  private static final int LONGEST_VALUE = 80;

  /**
   * A named parameter or port.
   *
   * @param port its name
   * @param gap blanks that align the values
   * @param value what it is bound to
   * @param end a comma, or nothing after the last
   */
  public record Binding(String port, String gap, SafeText value, String end) {}

  /** Whether there is a comment. */
  public boolean commented() {
    return !comment.isEmpty();
  }

  /** Whether there are parameters. */
  public boolean parameterised() {
    return !parameters.isEmpty();
  }

  /** Whether it has a port {@code port}. */
  boolean connects(String port) {
    return connections.stream().anyMatch(binding -> binding.port().equals(port));
  }

  /** The same with another signal at {@code port}. */
  Instance reconnected(String port, String signal) {
    return new Instance(
        comment,
        module,
        name,
        parameters,
        connections.stream()
            .map(
                binding ->
                    binding.port().equals(port)
                        ? new Binding(port, binding.gap(), Code.expression(signal), binding.end())
                        : binding)
            .collect(ImmutableList.toImmutableList()));
  }

  /**
   * {@code parts} as a Verilog concatenation, the first in the low bits; one part a line when they
   * do not fit on one.
   */
  static String concatenation(List<String> parts) {
    List<String> highFirst = Lists.reverse(parts);
    String line = "{" + String.join(", ", highFirst) + "}";
    return line.length() <= LONGEST_VALUE
        ? line
        : "{\n      " + String.join(",\n      ", highFirst) + "\n    }";
  }

  /** Starts an instance of {@code module}. */
  static Builder of(String module, String name) {
    return new Builder(module, name);
  }

  /** Collects parameters and connections in declaration order. */
  static final class Builder {
    private final String module;
    private final String name;
    private Comment comment = Comment.of("");
    private final List<Setting> parameters = new ArrayList<>();
    private final List<Setting> connections = new ArrayList<>();

    private record Setting(String port, SafeText value) {}

    private Builder(String module, String name) {
      this.module = module;
      this.name = name;
    }

    Builder comment(Comment text) {
      comment = text;
      return this;
    }

    Builder parameter(String parameter, String value) {
      parameters.add(new Setting(parameter, Code.expression(value)));
      return this;
    }

    Builder parameter(String parameter, VerilogString value) {
      parameters.add(new Setting(parameter, value));
      return this;
    }

    Builder parameter(String parameter, long value) {
      return parameter(parameter, Long.toString(value));
    }

    Builder flag(String parameter, boolean value) {
      return parameter(parameter, value ? 1 : 0);
    }

    Builder connect(String port, String signal) {
      connections.add(new Setting(port, Code.expression(signal)));
      return this;
    }

    /** Connects a port as wide as all {@code links} with {@code signal} of each of them. */
    Builder connectAll(String port, List<String> links, String signal) {
      return connect(port, concatenation(Lists.transform(links, link -> link + signal)));
    }

    Builder clocked() {
      return connect("clk", "clk").connect("rst_n", "rst_n");
    }

    /** Connects a stream without last: valid, ready, data. */
    Builder stream(String port, String link) {
      return connect(port + "_valid", link + "_valid")
          .connect(port + "_ready", link + "_ready")
          .connect(port + "_data", link + "_data");
    }

    /** Connects a stream with last. */
    Builder framed(String port, String link) {
      return stream(port, link).connect(port + "_last", link + "_last");
    }

    Instance build() {
      return new Instance(comment, module, name, align(parameters), align(connections));
    }

    private static ImmutableList<Binding> align(List<Setting> settings) {
      int widest = settings.stream().mapToInt(each -> each.port().length()).max().orElse(0);
      ImmutableList.Builder<Binding> aligned = ImmutableList.builder();
      for (int i = 0; i < settings.size(); i++) {
        Setting setting = settings.get(i);
        aligned.add(
            new Binding(
                setting.port(),
                " ".repeat(widest + 1 - setting.port().length()),
                setting.value(),
                i + 1 < settings.size() ? "," : ""));
      }
      return aligned.build();
    }
  }
}
