/**
 * Runs the program as a user does on many networks and keeps what they reach and cost. Entry point:
 * {@code Results}. Depends on the reference networks beside it and on core's artefacts and mapping.
 */
package io.xbarflow.examples.results;
