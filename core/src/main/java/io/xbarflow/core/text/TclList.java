package io.xbarflow.core.text;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

/** Ports of a module as what stands between the braces of a Tcl list: buses with {@code [*]}. */
public final class TclList implements SafeText {
  private final String text;

  private TclList(String text) {
    this.text = text;
  }

  /** A port of a module: its name, and whether it has several bits. */
  public record Port(String name, boolean bus) {}

  /** The list of {@code ports}, whose names are identifiers. */
  public static TclList of(List<Port> ports) {
    StringBuilder text = new StringBuilder();
    for (Port port : ports) {
      checkArgument(port.name().matches("[A-Za-z_][A-Za-z0-9_]*"), "no port: %s", port);
      text.append(text.isEmpty() ? "" : " ").append(port.name()).append(port.bus() ? "[*]" : "");
    }
    return new TclList(text.toString());
  }

  @Override
  public String toString() {
    return text;
  }
}
