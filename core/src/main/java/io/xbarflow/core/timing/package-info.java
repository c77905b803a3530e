/**
 * When every beat crosses every link: a max-plus recurrence over beats, without RTL. Entry point:
 * {@code TimingModel}. Depends on {@code mapping}.
 */
package io.xbarflow.core.timing;
