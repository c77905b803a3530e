package io.xbarflow.core.coretype;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The core types in a jar, which names them in {@code META-INF/services}. */
final class JarCores {
  private static final String SERVICES = "META-INF/services/" + CoreType.class.getName();

  private JarCores() {}

  /** The types in {@code jar}, at least one. Its class loader stays open: they may need more. */
  static ImmutableList<CoreType> read(Path jar) {
    ImmutableList.Builder<CoreType> found = ImmutableList.builder();
    try {
      ClassLoader loader =
          new URLClassLoader(
              new URL[] {jar.toAbsolutePath().toUri().toURL()}, CoreTypes.class.getClassLoader());
      for (CoreType type : ServiceLoader.load(CoreType.class, loader)) {
        if (type.getClass().getClassLoader() == loader) {
          type.name();
          type.parameters();
          found.add(type);
        }
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      UserException error =
          UserException.badInput(
              jar.toString(),
              "a core type in it does not load: " + e.getMessage(),
              "classes built against this version of xbarflow, each with a public constructor"
                  + " without arguments",
              "Build the jar again, and mend " + SERVICES + ".");
      error.initCause(e);
      throw error;
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
    ImmutableList<CoreType> types = found.build();
    if (types.isEmpty()) {
      throw UserException.badInput(
          jar.toString(),
          "holds no core type",
          "a jar whose " + SERVICES + " names classes in it",
          "Add that file, with a class name in each line.");
    }
    return types;
  }
}
