package io.xbarflow.core.coretype;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableSortedMap;

/**
 * Values of all parameters of a core type.
 *
 * @param values by name, legal
 */
public record Parameters(ImmutableSortedMap<String, String> values) {

  /** Copies the map. */
  public Parameters {
    values = ImmutableSortedMap.copyOf(values);
  }

  /** The value of {@code name}. */
  public String text(String name) {
    String value = values.get(name);
    checkArgument(value != null, "no parameter %s in %s", name, values);
    return value;
  }

  /** The whole number {@code name}. */
  public int whole(String name) {
    return Integer.parseInt(text(name));
  }

  /** The number {@code name}. */
  public double decimal(String name) {
    return Double.parseDouble(text(name));
  }
}
