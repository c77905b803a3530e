/**
 * Integer arithmetic of the generated Verilog, designed and proven equal to the float32 arithmetic
 * that ONNX Runtime does. Entry points: {@code RequantiserDesign} (convolution, fully connected,
 * global average pooling), {@code AdderDesign} (element-wise addition) and {@code
 * AveragePoolDesign}. Depends on the diagnostics and network records of core; shares nothing with
 * the golden model.
 */
package io.xbarflow.rtlgen.arithmetic;
