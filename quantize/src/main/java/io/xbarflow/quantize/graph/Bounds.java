package io.xbarflow.quantize.graph;

/**
 * What values are clamped to.
 *
 * @param least lower bound, or minus infinity
 * @param greatest upper bound, or infinity
 */
public record Bounds(float least, float greatest) {
  /** No clamp. */
  public static final Bounds NONE = new Bounds(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);

  /** Of a Relu. */
  public static final Bounds RELU = new Bounds(0, Float.POSITIVE_INFINITY);

  /** Both, these first. */
  public Bounds then(Bounds next) {
    return new Bounds(next.clamp(least), next.clamp(greatest));
  }

  /** {@code value} clamped. */
  public float clamp(float value) {
    return Math.min(greatest, Math.max(least, value));
  }

  /** These around values that are multiplied by {@code factor}, which is positive. */
  public Bounds scaled(float factor) {
    return new Bounds(least * factor, greatest * factor);
  }

  /** Whether multiplying by any positive factor keeps them as they are. */
  public boolean isConical() {
    return (least == 0 || Float.isInfinite(least)) && (greatest == 0 || Float.isInfinite(greatest));
  }
}
