package io.xbarflow.testbench;

import static com.google.common.collect.ImmutableSortedSet.toImmutableSortedSet;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableSortedSet;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The cells and templates that a design has an instance of, as Verilator elaborates it: {@code
 * generate} branches that no instance takes do not count. Kept in {@code
 * testbench/target/elaborated} by the text of the Verilog, like simulators.
 */
final class Elaborated {
  private static final Pattern MODULE = Pattern.compile("<module [^>]*?origName=\"(\\w+)\"");

  private Elaborated() {}

  /** Files of cells, and templates, of the design in {@code folder}. */
  static ImmutableSortedSet<String> of(Path folder) {
    Path list = folder.resolve("rtl").resolve("filelist.f");
    try {
      Hasher hasher = Hashing.sha256().newHasher();
      for (String file : files(list)) {
        VerilatorBuild.put(hasher, file, Files.readString(folder.resolve(file)));
      }
      Path kept =
          Chain.root().resolve("testbench/target/elaborated").resolve(hasher.hash().toString());
      if (Files.exists(kept)) {
        return ImmutableSortedSet.copyOf(Files.readAllLines(kept));
      }
      ImmutableSortedSet<String> units = elaborated(folder);
      Files.createDirectories(kept.getParent());
      Files.write(kept, units, UTF_8);
      return units;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ImmutableSortedSet<String> files(Path list) throws IOException {
    return Files.readAllLines(list).stream()
        .filter(line -> line.startsWith("rtl/"))
        .collect(toImmutableSortedSet(Comparator.naturalOrder()));
  }

  private static ImmutableSortedSet<String> elaborated(Path folder) throws IOException {
    Path tree = Files.createTempFile("elaborated", ".xml");
    try {
      Lint.output(
          folder,
          "verilator",
          "--xml-only",
          "--xml-output",
          tree.toString(),
          "-Wno-lint",
          "-Wno-fatal",
          "--top-module",
          "xbarflow_top",
          "-f",
          "rtl/filelist.f");
      ImmutableSortedSet.Builder<String> units = ImmutableSortedSet.naturalOrder();
      for (String module :
          MODULE.matcher(Files.readString(tree)).results().map(Elaborated::name).toList()) {
        units.add(unit(folder, module));
      }
      return units.build();
    } finally {
      Files.delete(tree);
    }
  }

  private static String name(MatchResult module) {
    return module.group(1);
  }

  /** The template that {@code module} was made from, else its file. */
  private static String unit(Path folder, String module) throws IOException {
    Path file = folder.resolve("rtl").resolve(module + ".v");
    // Modules inside another's file belong to that one, which is instantiated too.
    return Files.exists(file) ? CoverageSource.unit(module + ".v", Files.readString(file)) : module;
  }
}
