/** Core type {@code pcm}: an analog array of phase-change memory with converters on its columns. */
package io.xbarflow.cores.pcm;
