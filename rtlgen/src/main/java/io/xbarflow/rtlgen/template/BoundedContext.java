package io.xbarflow.rtlgen.template;

import org.apache.velocity.VelocityContext;

/** Variables of a template. What it sets itself is no longer than {@link #LONGEST_TEXT}. */
final class BoundedContext extends VelocityContext {
  /** Characters of a text that a template sets. */
  static final int LONGEST_TEXT = 1 << 20;

  @Override
  public Object internalPut(String name, Object value) {
    if (value instanceof CharSequence text && text.length() > LONGEST_TEXT) {
      throw new TemplateLimit(
          "it sets $" + name + " to more than " + LONGEST_TEXT + " characters",
          TemplateAccess.STEPS.get().place());
    }
    return super.internalPut(name, value);
  }
}
