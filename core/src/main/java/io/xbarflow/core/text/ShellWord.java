package io.xbarflow.core.text;

import java.util.regex.Pattern;

/** Words of commands that a user may copy into a POSIX shell. */
public final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@%+,-]+");

  private ShellWord() {}

  /** {@code word} as a shell takes it: in single quotes where it has to be. */
  public static String of(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
