/**
 * Trains the network of the example {@code shapes} with PyTorch, through Deep Java Library. Entry
 * point: {@code Training}. Only here is that library seen; nothing else depends on this module.
 */
package io.xbarflow.training;
