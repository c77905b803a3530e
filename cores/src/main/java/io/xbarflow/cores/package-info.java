/**
 * The built-in core types, a folder each, and what several of them need. They are found by {@link
 * java.util.ServiceLoader} and depend on {@code core} only.
 */
package io.xbarflow.cores;
