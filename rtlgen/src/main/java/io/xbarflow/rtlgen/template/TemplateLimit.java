package io.xbarflow.rtlgen.template;

/** A template goes beyond a bound; the message ends a sentence that begins with its name. */
final class TemplateLimit extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String at;

  /**
   * A bound that is broken.
   *
   * @param at the text of the template that breaks it, or its place as Velocity writes one
   */
  TemplateLimit(String message, String at) {
    super(message);
    this.at = at;
  }

  /** The text of the template that breaks the bound, or its place as Velocity writes one. */
  String at() {
    return at;
  }
}
