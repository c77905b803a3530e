package io.xbarflow.rtlgen.rtl;

/**
 * What {@code window_fetch.v.vm} prints.
 *
 * @param module module name
 * @param skip whether it repeats the stream through a second port
 */
public record WindowFetchView(String module, boolean skip) {
  /** The variant with or without a second port. */
  static WindowFetchView of(boolean skip) {
    return new WindowFetchView(skip ? "window_fetch_skip" : "window_fetch", skip);
  }
}
