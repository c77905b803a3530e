package io.xbarflow.testbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens to the cache of simulators is found and made good. */
final class SimulatorCacheTest {
  private static final ImmutableMap<String, String> SOURCES =
      ImmutableMap.of(
          "cosim_top.sv",
          "module cosim_top (input wire clk, output reg q);\n"
              + "  always @(posedge clk) q <= !q;\nendmodule\n",
          VerilatorBuild.CONFIGURATION,
          "`verilator_config\n",
          "cosim_links.h",
          "",
          "harness.cpp",
          "#include \"Vcosim_top.h\"\nint main() { VerilatedContext c; Vcosim_top t{&c}; t.eval();"
              + " return 2; }\n");

  /** One sound cache for all cases, of which each takes a copy. */
  @TempDir private static Path shared;

  @TempDir private Path folder;

  private Path cache() {
    return folder.resolve("cache");
  }

  private VerilatorBuild.Simulator build() {
    return new VerilatorBuild(Toolchain.onPath(), cache())
        .quick()
        .build(folder, SOURCES, Recording.NOTHING);
  }

  /** Fills the cache. */
  private Path sound() throws IOException {
    if (!Files.exists(shared.resolve("simulators"))) {
      new VerilatorBuild(Toolchain.onPath(), shared)
          .quick()
          .build(folder, SOURCES, Recording.NOTHING);
    }
    for (Path file : files(shared)) {
      Path copy = cache().resolve(shared.relativize(file));
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
    }
    return program();
  }

  private static List<Path> files(Path top) throws IOException {
    try (Stream<Path> files = Files.walk(top)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private Path program() throws IOException {
    return files(cache()).stream()
        .filter(file -> file.toString().endsWith(".simulator"))
        .findFirst()
        .orElseThrow();
  }

  private interface Harm {
    void to(Path program) throws IOException;
  }

  private record Case(String name, Harm harm) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("empty", program -> truncate(program, 0)),
        new Case("cut off", program -> truncate(program, Files.size(program) / 2)),
        new Case("a bit flipped", SimulatorCacheTest::flip),
        new Case(
            "not executable",
            program ->
                Files.setPosixFilePermissions(
                    program, PosixFilePermissions.fromString("rw-r--r--"))),
        new Case("removed", Files::delete),
        new Case("no log", program -> Files.delete(program.resolveSibling("build.log"))),
        new Case(
            "objects cut off, too",
            program -> {
              truncate(program, 100);
              for (Path file : files(program.getParent().getParent().getParent())) {
                if (file.toString().endsWith(".o")) {
                  truncate(file, Files.size(file) / 2);
                }
              }
            }),
        new Case(
            "a program that dies at once",
            program -> replace(program, "#!/bin/sh\nkill -SEGV $$\n")),
        new Case("a program without its loader", program -> replace(program, "#!/no/such/file\n")));
  }

  private static void truncate(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  /** Something else that is sound, as if it had been built so. */
  private static void replace(Path program, String script) throws IOException {
    Path other = program.resolveSibling("other");
    Files.writeString(other, script);
    Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.delete(program);
    new KeptFile(program.getParent(), ".simulator").keep(other);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsDamagedIsBuiltAnew(Case c) throws IOException {
    c.harm().to(sound());
    VerilatorBuild.Simulator built = build();
    assertEquals(c.name().equals("no log"), built.cached());
    assertEquals(
        2, ToolProcess.run(ImmutableList.of(built.program().toString()), folder, line -> {}));
    assertTrue(build().cached());
    assertEquals(built.program(), build().program());
  }

  @Test
  void foldersOfEndedBuildsGoThoseOfRunningOnesStay() throws IOException {
    Path parent = Files.createDirectories(folder.resolve("simulators"));
    Path ended = Files.createDirectories(parent.resolve(".building-4711-1-ab/obj"));
    Files.writeString(ended.resolve("half.o"), "");
    Path old = Files.createDirectories(parent.resolve(".building-123456789"));
    try (BuildFolder running = BuildFolder.in(parent)) {
      assertFalse(Files.exists(ended.getParent()));
      assertFalse(Files.exists(old));
      BuildFolder.sweep(parent);
      assertTrue(Files.isDirectory(running.path()));
      try (BuildFolder second = BuildFolder.in(parent)) {
        assertTrue(Files.isDirectory(running.path()), second::toString);
      }
    }
    assertEquals(List.of(), files(parent));
    try (Stream<Path> left = Files.list(parent)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void theFolderOfABuildInAnotherProcessStaysUntilThatEnds() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SimulatorCacheTest.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      Path path;
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
        path = Path.of(lines.readLine());
        BuildFolder.sweep(folder);
        assertTrue(Files.isDirectory(path));
        other.destroyForcibly().waitFor();
      }
      BuildFolder.sweep(folder);
      assertFalse(Files.exists(path));
    } finally {
      other.destroyForcibly();
    }
  }

  /** Begins a build and waits to be killed. */
  public static void main(String[] arguments) throws Exception {
    try (BuildFolder build = BuildFolder.in(Path.of(arguments[0]))) {
      System.out.println(build.path());
      Thread.sleep(600_000);
    }
  }
}
