package io.xbarflow.cli;

/**
 * What every verb works with.
 *
 * @param host machine and terminal
 * @param stages what does the work
 * @param progress where it is told
 * @param locks of the folders written to
 */
record Session(Host host, Stages stages, Progress progress, FolderLocks locks) {}
