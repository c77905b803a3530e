package io.xbarflow.rtlgen.template;

import io.xbarflow.core.diagnostic.UserException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.velocity.exception.MethodInvocationException;
import org.apache.velocity.exception.ParseErrorException;

/** What is wrong with a user's template, in words and with the line. */
final class TemplateErrors {
  /** Where Velocity says that something stands. */
  private static final Pattern PLACE = Pattern.compile("\\[line (\\d+), column (\\d+)\\]");

  private static final String EXPECTED =
      "a Velocity template of #foreach, #if and #set that reads the components of $v; no other"
          + " directive, no other method";
  private static final String ADVICE =
      "Fix the template of this core type. A Verilog system task that templates do not know is"
          + " written #[[$task]]#. See docs/cores.md.";

  private TemplateErrors() {}

  /** The user's error that {@code cause} is, in {@code file}. */
  static UserException of(String file, String template, RuntimeException cause) {
    TemplateLimit limit = limit(cause);
    String message = limit == null ? String.valueOf(cause.getMessage()) : limit.getMessage();
    String place =
        limit == null
            ? place(cause, cause.getMessage() + " " + causes(cause))
            : place(template, limit.at());
    UserException error =
        UserException.badInput(file + place, firstLine(message, file), EXPECTED, ADVICE);
    error.initCause(cause);
    return error;
  }

  /** The user's error that {@code line}, which was printed, holds a directive. */
  static UserException leftover(String file, String template, String line) {
    return UserException.badInput(
        file + place(template, line.strip()),
        String.format(Locale.ROOT, "directive that templates do not have: %s", line.strip()),
        EXPECTED,
        ADVICE);
  }

  private static TemplateLimit limit(Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof TemplateLimit limit) {
        return limit;
      }
    }
    return null;
  }

  private static String causes(Throwable cause) {
    StringBuilder all = new StringBuilder();
    for (Throwable each = cause.getCause(); each != null; each = each.getCause()) {
      all.append(each.getMessage()).append(' ');
    }
    return all.toString();
  }

  /** Where {@code text} stands first, unless it is a place itself. */
  private static String place(String template, String text) {
    Matcher place = PLACE.matcher(text);
    if (place.find()) {
      return ":" + place.group(1) + ":" + place.group(2);
    }
    int at = text.isEmpty() ? -1 : template.indexOf(text);
    return at < 0
        ? ""
        : ":" + (1 + template.substring(0, at).chars().filter(c -> c == '\n').count());
  }

  private static String place(Throwable cause, String message) {
    if (cause instanceof ParseErrorException parse && parse.getLineNumber() > 0) {
      return ":" + parse.getLineNumber() + ":" + parse.getColumnNumber();
    }
    if (cause instanceof MethodInvocationException method && method.getLineNumber() > 0) {
      return ":" + method.getLineNumber() + ":" + method.getColumnNumber();
    }
    Matcher place = PLACE.matcher(message);
    return place.find() ? ":" + place.group(1) + ":" + place.group(2) : "";
  }

  /** The first line of {@code message}, without the place, which stands before it. */
  private static String firstLine(String message, String file) {
    String line = message.strip().lines().findFirst().orElse("");
    return line.replace(" at " + file, "").replaceAll(PLACE.pattern(), "").strip();
  }
}
