/** Core type {@code digital}: exact sums in SRAM arrays with bit-serial inputs. */
package io.xbarflow.cores.digital;
