/**
 * Reading and writing the artefacts of the output folder (JSON), and keeping other people's files
 * there. Entry points: {@code Artefacts} for one file, {@code ManagedFolder} for a folder that a
 * user named, {@code FolderLock}. Depends on the records it reads and writes.
 */
package io.xbarflow.core.artefact;
