package io.xbarflow.rtlgen.template;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Verify.verify;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableMap;
import com.google.common.io.Resources;
import io.xbarflow.core.text.Code;
import io.xbarflow.core.text.SafeText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;
import org.apache.velocity.app.event.EventCartridge;
import org.apache.velocity.app.event.ReferenceInsertionEventHandler;
import org.apache.velocity.exception.VelocityException;
import org.apache.velocity.runtime.RuntimeConstants;

/**
 * Renders one template from one record, strictly: an unknown name, a null or a leftover directive
 * is an error, and so is text that is neither {@link SafeText} nor an expression of Verilog in one
 * line. The template {@code x.v.vm} stands beside the class of its record and reads its components
 * as {@code $v.component}.
 *
 * <p>Templates reach nothing but their record (see {@link TemplateAccess}): no class, no file, no
 * macro. Loops, texts and the output are bounded, so a template ends soon.
 */
public final class TemplateRenderer {
  /** Passes of all loops of a template together. */
  static final long MOST_PASSES = 10_000_000;

  /** Characters that a template of ours prints. */
  private static final int MOST_OUTPUT = Integer.MAX_VALUE - 16;

  /** Characters that a template of a core type prints. */
  private static final int MOST_OUTPUT_OF_USER = 1 << 26;

  private static final String[] REMOVED_DIRECTIVES = {
    "include", "parse", "macro", "evaluate", "define", "stop", "break"
  };

  private static final Pattern LEFTOVER =
      Pattern.compile(
          "^.*(\\$\\{?v\\.|#(include|parse|evaluate|define|stop|break)\\b"
              + "|^\\s*#(if|end|foreach|else|set|macro)\\b).*$",
          Pattern.MULTILINE);

  private static final Pattern TRAILING_BLANKS = Pattern.compile(" +$", Pattern.MULTILINE);

  /** Verilog's own dollar names stand for themselves. */
  private static final ImmutableMap<String, Code> SYSTEM_TASKS =
      ImmutableMap.<String, Code>builder()
          .put("signed", Code.literal("$signed"))
          .put("unsigned", Code.literal("$unsigned"))
          .put("clog2", Code.literal("$clog2"))
          .put("readmemh", Code.literal("$readmemh"))
          .put("sformat", Code.literal("$sformat"))
          .put("time", Code.literal("$time"))
          .put("error", Code.literal("$error"))
          .put("display", Code.literal("$display"))
          .put("finish", Code.literal("$finish"))
          .put("root", Code.literal("$root"))
          .buildOrThrow();

  private final VelocityEngine engine;

  /** Sets the engine up. */
  public TemplateRenderer() {
    engine = new VelocityEngine();
    engine.setProperty(RuntimeConstants.RUNTIME_REFERENCES_STRICT, true);
    engine.setProperty(RuntimeConstants.VM_ARGUMENTS_STRICT, true);
    engine.setProperty(RuntimeConstants.VM_PERM_ALLOW_INLINE, false);
    engine.setProperty(RuntimeConstants.UBERSPECT_CLASSNAME, TemplateAccess.class.getName());
    engine.setProperty("parser.space_gobbling", "lines");
    engine.setProperty(RuntimeConstants.RESOURCE_LOADERS, "string");
    engine.setProperty(
        "resource.loader.string.class",
        "org.apache.velocity.runtime.resource.loader.StringResourceLoader");
    engine.setProperty(RuntimeConstants.VM_PERM_INLINE_LOCAL, true);
    engine.init();
    for (String directive : REMOVED_DIRECTIVES) {
      engine.removeDirective(directive);
    }
  }

  /**
   * The text of template {@code name}, a resource beside the class of {@code view}, rendered with
   * {@code view} as {@code $v}; blanks at the end of a line are dropped.
   */
  public String render(String name, Record view) {
    URL resource = view.getClass().getResource(name);
    checkArgument(resource != null, "no template %s beside %s", name, view.getClass());
    String template;
    try {
      template = Resources.toString(resource, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String rendered = evaluate(name, template, view, MOST_OUTPUT);
    verify(!LEFTOVER.matcher(rendered).find(), "%s left a directive unrendered", name);
    return TRAILING_BLANKS.matcher(rendered).replaceAll("");
  }

  /**
   * The text of {@code template}, which is a user's, rendered with {@code view} as {@code $v};
   * blanks at the end of a line are dropped.
   *
   * @param file where it comes from, for messages
   * @throws io.xbarflow.core.diagnostic.UserException when something is wrong with it, with the
   *     line
   */
  public String renderUsers(String file, String template, Record view) {
    try {
      String rendered = evaluate(file, template, view, MOST_OUTPUT_OF_USER);
      Matcher leftover = LEFTOVER.matcher(rendered);
      if (leftover.find()) {
        throw TemplateErrors.leftover(file, template, leftover.group());
      }
      return TRAILING_BLANKS.matcher(rendered).replaceAll("");
    } catch (VelocityException | TemplateLimit e) {
      throw TemplateErrors.of(file, template, e);
    } catch (StackOverflowError e) {
      throw TemplateErrors.of(file, template, new TemplateLimit("it is nested too deeply", ""));
    }
  }

  private String evaluate(String name, String template, Record view, int mostOutput) {
    VelocityContext context = new BoundedContext();
    context.put("v", view);
    SYSTEM_TASKS.forEach(context::put);
    EventCartridge events = new EventCartridge();
    events.addEventHandler(
        (ReferenceInsertionEventHandler) (unused, reference, value) -> printed(reference, value));
    events.attachToContext(context);
    BoundedWriter text = new BoundedWriter(mostOutput);
    TemplateAccess.STEPS.get().restart();
    verify(engine.evaluate(context, text, name, template), "%s did not render", name);
    return text.toString();
  }

  /** What a reference prints; text of unknown origin is refused. */
  private static Object printed(String reference, Object value) {
    boolean safe =
        value instanceof SafeText
            || value instanceof Number
            || value instanceof Boolean
            || (value instanceof String text && isLine(text));
    if (!safe) {
      throw new TemplateLimit(
          reference + " is no text that may be printed, but " + kind(value), reference);
    }
    return value;
  }

  private static String kind(Object value) {
    return value instanceof String
        ? "a text that is no Verilog expression in one line"
        : "a " + (value == null ? "null" : value.getClass().getSimpleName());
  }

  private static boolean isLine(String text) {
    return text.indexOf('\n') < 0 && (text.equals(";") || Code.isExpression(text));
  }
}
