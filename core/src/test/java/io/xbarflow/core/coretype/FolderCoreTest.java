package io.xbarflow.core.coretype;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.architecture.Architectures;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.mapping.MacroSpec;
import io.xbarflow.core.network.Int8Array;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Window;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Core types from folders and jars, and what is said about wrong ones. */
final class FolderCoreTest {
  private static final CoreTypes TYPES =
      new CoreTypes(ImmutableSortedMap.of(), ImmutableMap.of()).with(new Base());
  private static final Layer.Convolution LAYER =
      new Layer.Convolution(
          "conv",
          "x",
          "y",
          Window.frame(1, 1),
          1,
          Int8Array.copyOf(new byte[1]),
          ImmutableList.of(1f),
          ImmutableList.of(0),
          -128,
          127);

  @TempDir private Path folder;

  /** A type with two parameters, which computes nothing. */
  private static final class Base implements CoreType {
    @Override
    public String name() {
      return "base";
    }

    @Override
    public String summary() {
      return "of the test";
    }

    @Override
    public ImmutableList<Parameter> parameters() {
      return ImmutableList.of(
          Parameter.mvmCycles(), Parameter.whole("adcBits", "8", 1, 12, "bits of a converter"));
    }

    @Override
    public MacroSpec spec(
        Layer.Convolution layer, Architecture architecture, Parameters parameters) {
      return MacroSpec.exact(
          architecture.crossbarRows(),
          architecture.crossbarColumns(),
          parameters.whole("mvmCycles"));
    }

    @Override
    public Macro program(Tile tile, Parameters parameters) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ImmutableMap<String, String> sources() {
      return ImmutableMap.of();
    }

    @Override
    public Optional<String> stub() {
      return Optional.empty();
    }
  }

  private Path core(String name, String yaml) throws IOException {
    Path path = Files.createDirectories(folder.resolve(name));
    Files.writeString(path.resolve("core.yaml"), yaml);
    Files.writeString(path.resolve("crossbar_macro_own.v"), "macro");
    return path;
  }

  private static String message(Path path) {
    return assertThrows(UserException.class, () -> TYPES.withPath(path)).getMessage();
  }

  @Test
  void folderHasTheArithmeticOfItsBaseAndTheRestOfItsOwn() throws IOException {
    Path path =
        core(
            "own",
            "name: own\narithmetic: base\nsummary: mine\nmvmCycles: 12\n"
                + "crossbar: {rows: 64, columns: 32}\nparameters: {adcBits: 6}\n");
    Files.writeString(path.resolve("crossbar_macro_own_stub.v"), "stub");
    Files.writeString(path.resolve("crossbar_macro_own_cell.v.vm"), "cell");
    Files.writeString(path.resolve("ram_1r1w.v"), "memory");

    CoreTypes types = TYPES.withPath(path);

    CoreType own = types.named("test", "own");
    Architecture architecture = Architectures.named("default");
    Parameters parameters = CoreTypes.parameters(own, architecture, Map.of(), "test");
    assertEquals(Map.of("mvmCycles", "12", "adcBits", "6"), parameters.values());
    assertEquals(MacroSpec.exact(64, 32, 12), own.spec(LAYER, architecture, parameters));
    assertEquals("mine", own.summary());
    assertEquals(
        Map.of("crossbar_macro_own.v", "macro", "crossbar_macro_own_cell.v.vm", "cell"),
        own.sources());
    assertEquals(Optional.of("stub"), own.stub());
    assertEquals(Map.of("ram_1r1w.v", "memory"), types.overrides());
  }

  @Test
  void folderOfFoldersGivesAll() throws IOException {
    core("a", "name: own\narithmetic: base\n");
    core("b", "name: other\narithmetic: base\nmodule: crossbar_macro_own\n");
    assertEquals(
        ImmutableList.of("base", "other", "own"), TYPES.withPath(folder).types().keySet().asList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: own\\narithmetic: base\\ncolour: red|core.yaml:3:1: unknown key 'colour'",
        "name: own\\narithmetic: none|core.yaml:2:13: unknown core type 'none'",
        "name: base\\narithmetic: base\\nmodule: crossbar_macro_own|is called base",
        "name: Own\\narithmetic: base|core.yaml:1:7: name is 'Own'",
        "arithmetic: base|key name is missing",
        "name: own\\narithmetic: base\\nmvmCycles: 0|core.yaml:3:12",
        "name: own\\narithmetic: base\\nmvmCycles: many|a whole number from 1 to 1000000",
        "name: own\\narithmetic: base\\ncrossbar: {rows: x}|crossbar.rows is 'x'",
        "name: own\\narithmetic: base\\nparameters: {gain: 2}|no parameter 'gain'",
        "name: own\\narithmetic: base\\nparameters: {adcBits: 99}|adcBits is '99'",
        "name: own\\nname: own\\narithmetic: base|key name is there twice",
        "name: own\\narithmetic: base\\nmodule: other|has no other.v",
        "name: \"own|is not YAML",
        "''|is empty"
      })
  void wrongDescriptorsAreRefused(String yaml, String message) throws IOException {
    Path path = core("own", yaml.replace("\\n", "\n"));
    assertTrue(message(path).contains(message), () -> message(path));
  }

  @Test
  void wrongPathsAreRefused() throws IOException {
    assertTrue(message(folder.resolve("none")).contains("no such file or folder"));
    assertTrue(message(folder).contains("has no core.yaml"));
    Path file = Files.writeString(folder.resolve("x.txt"), "");
    assertTrue(message(file).contains("is not a core type"));
  }

  @ParameterizedTest
  @CsvSource({"none,holds no core type", "io.none.Core,does not load"})
  void wrongJarsAreRefused(String service, String message) throws IOException {
    Path jar = folder.resolve("core.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(file)) {
      String name =
          service.equals("none") ? "empty" : "META-INF/services/" + CoreType.class.getName();
      entries.putNextEntry(new JarEntry(name));
      entries.write(service.getBytes(US_ASCII));
    }
    assertTrue(message(jar).contains(message), () -> message(jar));
  }

  @Test
  void aFileThatIsNoJarIsRefused() throws IOException {
    Path jar = Files.writeString(folder.resolve("core.jar"), "no zip");
    assertTrue(message(jar).contains("is not a jar that can be read"), () -> message(jar));
  }

  @Test
  void aClassForANewerJavaIsRefused() throws IOException {
    byte[] code;
    try (InputStream own = FolderCoreTest.class.getResourceAsStream("FolderCoreTest.class")) {
      code = own.readAllBytes();
    }
    code[7] = 127; // major version
    Path jar = folder.resolve("core.jar");
    try (JarOutputStream entries = new JarOutputStream(Files.newOutputStream(jar))) {
      entries.putNextEntry(new JarEntry("META-INF/services/" + CoreType.class.getName()));
      entries.write("own.Core".getBytes(US_ASCII));
      entries.putNextEntry(new JarEntry("own/Core.class"));
      entries.write(code);
    }
    assertTrue(message(jar).contains("a class for a newer Java than"), () -> message(jar));
  }
}
