package io.xbarflow.rtlgen.template;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Verify.verify;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.io.Resources;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;
import org.apache.velocity.runtime.RuntimeConstants;

/**
 * Renders one template from one record, strictly: an unknown name, a null or a leftover directive
 * is an error. The template {@code x.v.vm} stands beside the class of its record and reads its
 * components as {@code $v.component}.
 */
public final class TemplateRenderer {
  private static final Pattern LEFTOVER =
      Pattern.compile(
          "^.*(\\$\\{?v\\.|^\\s*#(if|end|foreach|else|set|macro)\\b).*$", Pattern.MULTILINE);

  private static final Pattern TRAILING_BLANKS = Pattern.compile(" +$", Pattern.MULTILINE);

  private final VelocityEngine engine;

  /** Sets the engine up. */
  public TemplateRenderer() {
    engine = new VelocityEngine();
    engine.setProperty(RuntimeConstants.RUNTIME_REFERENCES_STRICT, true);
    engine.setProperty(RuntimeConstants.VM_ARGUMENTS_STRICT, true);
    engine.setProperty("parser.space_gobbling", "lines");
    engine.setProperty(RuntimeConstants.RESOURCE_LOADERS, "string");
    engine.setProperty(
        "resource.loader.string.class",
        "org.apache.velocity.runtime.resource.loader.StringResourceLoader");
    engine.setProperty(RuntimeConstants.VM_PERM_INLINE_LOCAL, true);
    engine.init();
  }

  /**
   * The text of template {@code name}, a resource beside the class of {@code view}, rendered with
   * {@code view} as {@code $v}; blanks at the end of a line are dropped.
   */
  public String render(String name, Record view) {
    URL resource = view.getClass().getResource(name);
    checkArgument(resource != null, "no template %s beside %s", name, view.getClass());
    try {
      return renderText(name, Resources.toString(resource, UTF_8), view);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The text of {@code template}, which messages call {@code name}, rendered with {@code view} as
   * {@code $v}; blanks at the end of a line are dropped.
   */
  public String renderText(String name, String template, Record view) {
    VelocityContext context = new VelocityContext();
    context.put("v", view);
    // Verilog's own dollar names stand for themselves.
    for (String systemTask :
        new String[] {
          "signed",
          "unsigned",
          "clog2",
          "readmemh",
          "sformat",
          "time",
          "error",
          "display",
          "finish",
          "root"
        }) {
      context.put(systemTask, "$" + systemTask);
    }
    StringWriter text = new StringWriter();
    verify(engine.evaluate(context, text, name, template), "%s did not render", name);
    String rendered = text.toString();
    Matcher leftover = LEFTOVER.matcher(rendered);
    verify(!leftover.find(), "%s left a directive unrendered", name);
    return TRAILING_BLANKS.matcher(rendered).replaceAll("");
  }
}
