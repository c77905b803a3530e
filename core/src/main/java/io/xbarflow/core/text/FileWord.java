package io.xbarflow.core.text;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.regex.Pattern;

/**
 * The path of a file as one word of Yosys, Tcl, YAML or a file list, none of which can quote every
 * path. A file of a user's choice gets a name of ours (a link) before a script reads it.
 *
 * @param path letters, digits, {@code _ . + / -}, not beginning with a hyphen
 */
public record FileWord(String path) implements SafeText {
  private static final Pattern WORD = Pattern.compile("(?!-)[A-Za-z0-9_.+/-]{1,1000}");

  /** Checks the characters. */
  public FileWord {
    checkArgument(isLegal(path), "no word for a file: %s", Printable.of(path));
  }

  /** Whether {@code path} needs no quotes anywhere. */
  public static boolean isLegal(String path) {
    return WORD.matcher(path).matches();
  }

  @Override
  public String toString() {
    return path;
  }
}
