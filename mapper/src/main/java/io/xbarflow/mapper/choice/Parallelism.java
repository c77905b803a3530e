package io.xbarflow.mapper.choice;

/** By what means a layer may compute several output pixels per slot. */
public enum Parallelism {
  /** Whole copies of the layer's macros; every patch is one pixel. */
  COPIES,
  /** Patches of several pixels per MVM, and copies of those. */
  PATCHES_AND_COPIES
}
