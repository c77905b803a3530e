/**
 * Reading and writing the artefacts of the output folder (JSON). Entry point: {@code Artefacts}.
 * Depends on the records it reads and writes.
 */
package io.xbarflow.core.artefact;
