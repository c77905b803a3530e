package io.xbarflow.cores;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableMap;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Files that stand beside a class. */
public final class CoreFiles {
  private CoreFiles() {}

  /** The files {@code names} beside {@code type}, by name. */
  public static ImmutableMap<String, String> of(Class<?> type, String... names) {
    ImmutableMap.Builder<String, String> files = ImmutableMap.builder();
    for (String name : names) {
      files.put(name, text(type, name));
    }
    return files.buildOrThrow();
  }

  /** The text of file {@code name} beside {@code type}. */
  public static String text(Class<?> type, String name) {
    try {
      return Resources.toString(Resources.getResource(type, name), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
