/** Core type {@code depthwise}: a digital core for depthwise convolutions. */
package io.xbarflow.cores.depthwise;
