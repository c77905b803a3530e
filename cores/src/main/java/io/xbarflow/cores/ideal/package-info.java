/** Core type {@code ideal}: exact integer sums in a settable time. */
package io.xbarflow.cores.ideal;
