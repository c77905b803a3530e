/**
 * Labelled images of ten classes of shapes, drawn from a seed, and the example that is made of
 * them. Entry points: {@code ShapeImages} draws, {@code ShapesExample} writes the images of the
 * example. Depends on core's tensor package only.
 */
package io.xbarflow.examples.shapes;
