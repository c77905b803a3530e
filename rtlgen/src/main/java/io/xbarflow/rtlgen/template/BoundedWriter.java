package io.xbarflow.rtlgen.template;

import java.io.Writer;

/** Collects what a template prints, up to a bound. */
final class BoundedWriter extends Writer {
  private final StringBuilder text = new StringBuilder();
  private final int most;

  /** Takes {@code most} characters. */
  BoundedWriter(int most) {
    this.most = most;
  }

  @Override
  public void write(char[] characters, int offset, int length) {
    if (length > most - text.length()) {
      throw new TemplateLimit(
          "it prints more than " + most + " characters", TemplateAccess.STEPS.get().place());
    }
    text.append(characters, offset, length);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}

  @Override
  public String toString() {
    return text.toString();
  }
}
