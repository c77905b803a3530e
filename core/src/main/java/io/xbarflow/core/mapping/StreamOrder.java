package io.xbarflow.core.mapping;

/** Order in which a link carries the pixels of a map. */
public enum StreamOrder {
  /** Row by row, left to right. */
  RASTER
}
