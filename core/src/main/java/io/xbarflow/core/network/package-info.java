/**
 * The in-memory network: layers with integer arithmetic and explicit quantisation on every edge,
 * free of hardware. Entry point: {@code Network}. Depends on nothing of ours.
 */
package io.xbarflow.core.network;
