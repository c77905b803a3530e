/**
 * The command line: options, progress, the table of results, and the one place that turns errors
 * into messages and exit codes. Entry point: {@code Main}. May depend on every module; nothing
 * depends on it.
 */
package io.xbarflow.cli;
