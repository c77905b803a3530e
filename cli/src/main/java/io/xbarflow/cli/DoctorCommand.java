package io.xbarflow.cli;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Says what is installed and what is missing. */
@Command(name = "doctor", description = "Check the tools and folders that xbarflow needs.")
final class DoctorCommand implements Callable<Integer> {
  private final Session session;

  DoctorCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Host host = session.host();
    line("tool", "needs", "found", "for", "");
    line("java", "17", Runtime.version().feature() + "", "everything", "ok");
    ImmutableList.Builder<String> absent = ImmutableList.builder();
    boolean complete = true;
    for (Tool tool : Tool.values()) {
      Optional<String> version = tool.version(host.tools());
      boolean good = version.isPresent() && tool.accepts(version.get());
      String state = good ? "ok" : version.isPresent() ? "too old" : "missing";
      line(tool.program(), tool.leastVersion(), version.orElse("-"), tool.neededBy(), state);
      if (!good) {
        absent.add(tool.debianPackage());
        complete &= !tool.needed();
      }
    }
    boolean writable = cacheIsWritable(host);
    host.out().println();
    host.out()
        .println("cache folder " + host.cacheFolder() + ": " + (writable ? "ok" : "not writable"));
    if (!writable) {
      host.print("Choose another with the environment variable XBARFLOW_CACHE." + "\n");
    }
    ImmutableList<String> programs = absent.build();
    if (!programs.isEmpty()) {
      host.print("Install what is missing with: " + Tool.installCommand(programs) + "\n");
    }
    if (!complete) {
      return ExitCode.TOOL_MISSING;
    }
    return writable ? ExitCode.DONE : ExitCode.BAD_INPUT;
  }

  private static boolean cacheIsWritable(Host host) {
    try {
      host.createCacheFolder();
      return true;
    } catch (UserException e) {
      return false;
    }
  }

  private void line(String tool, String needs, String found, String neededBy, String state) {
    String text =
        String.format(
            Locale.ROOT, "%-10s %-10s %-12s %-12s %s", tool, needs, found, neededBy, state);
    session.host().print(text.stripTrailing() + "\n");
  }
}
