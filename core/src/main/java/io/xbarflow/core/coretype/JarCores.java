package io.xbarflow.core.coretype;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.jar.JarFile;

/** The core types in a jar, which names them in {@code META-INF/services}. */
final class JarCores {
  private static final String SERVICES = "META-INF/services/" + CoreType.class.getName();

  private JarCores() {}

  /** The types in {@code jar}, at least one. Its class loader stays open: they may need more. */
  static ImmutableList<CoreType> read(Path jar) {
    requireService(jar);
    ImmutableList.Builder<CoreType> found = ImmutableList.builder();
    try {
      ClassLoader loader =
          new URLClassLoader(
              new URL[] {jar.toAbsolutePath().toUri().toURL()}, CoreTypes.class.getClassLoader());
      for (CoreType type : ServiceLoader.load(CoreType.class, loader)) {
        if (type.getClass().getClassLoader() == loader) {
          found.add(GuardedCore.of(type, jar.toString()));
        }
      }
    } catch (UnsupportedClassVersionError e) {
      throw unusable(
          jar,
          "holds a class for a newer Java than " + Runtime.version().feature(),
          "classes for Java " + Runtime.version().feature() + " or older",
          "Compile it with --release " + Runtime.version().feature() + ".",
          e);
    } catch (ServiceConfigurationError | LinkageError e) {
      throw unusable(
          jar,
          "a core type in it does not load: "
              + e.getMessage()
              + (e.getCause() == null ? "" : " (" + e.getCause() + ")"),
          "classes built against this version of xbarflow, each with a public constructor"
              + " without arguments",
          "Build the jar again, and fix " + SERVICES + ".",
          e);
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
    ImmutableList<CoreType> types = found.build();
    if (types.isEmpty()) {
      throw UserException.badInput(
          jar.toString(),
          "holds no core type: " + SERVICES + " names no class in it",
          "a class name in each line of that file",
          "Add the names of your classes.");
    }
    return types;
  }

  /** Checks that {@code jar} is one and names core types. */
  private static void requireService(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      if (file.getEntry(SERVICES) == null) {
        throw UserException.badInput(
            jar.toString(),
            "holds no core type: it has no " + SERVICES,
            "a jar with that file, which names classes in it",
            "Add the file, with a class name in each line.");
      }
    } catch (IOException e) {
      throw unusable(
          jar,
          "is not a jar that can be read (" + e.getMessage() + ")",
          "a jar",
          "Build it again.",
          e);
    }
  }

  private static UserException unusable(
      Path jar, String found, String expected, String advice, Throwable cause) {
    UserException error = UserException.badInput(jar.toString(), found, expected, advice);
    error.initCause(cause);
    return error;
  }
}
