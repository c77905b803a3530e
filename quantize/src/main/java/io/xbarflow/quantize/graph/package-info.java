/**
 * ONNX graphs as records, float ones and quantised ones alike: what the stages of quantisation hand
 * on. Entry point: {@code Graph}. Depends on diagnostics only; knows neither protobuf nor ONNX
 * Runtime.
 */
package io.xbarflow.quantize.graph;
