/**
 * What the mapper decides and every later stage reads: blocks joined by pixel streams, with sizes,
 * places and predicted cycles. Entry point: {@code Mapping}. Depends on {@code network} and {@code
 * architecture}.
 */
package io.xbarflow.core.mapping;
