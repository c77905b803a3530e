package io.xbarflow.quantize.graph;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Ints;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Attributes of a node.
 *
 * @param values by name: Long, Float, String, lists of Long or Float, or a {@link Stored}
 */
public record Attributes(ImmutableMap<String, Object> values) {
  /** No attributes. */
  public static final Attributes NONE = new Attributes(ImmutableMap.of());

  /** One integer. */
  public static Attributes of(String name, long value) {
    return new Attributes(ImmutableMap.of(name, value));
  }

  /** A list of integers. */
  public static Attributes of(String name, Collection<Integer> list) {
    return NONE.with(name, list);
  }

  /** Whether there is one called {@code name}. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** An integer. */
  public int integer(String name, int otherwise) {
    return values.get(name) instanceof Long value ? Ints.saturatedCast(value) : otherwise;
  }

  /** A float. */
  public float real(String name, float otherwise) {
    return values.get(name) instanceof Float value ? value : otherwise;
  }

  /** A text. */
  public String text(String name, String otherwise) {
    return values.get(name) instanceof String value ? value : otherwise;
  }

  /** A list of integers, empty when there is none. */
  public ImmutableList<Integer> integers(String name) {
    if (!(values.get(name) instanceof ImmutableList<?> list)) {
      return ImmutableList.of();
    }
    return list.stream()
        .map(value -> Ints.saturatedCast(((Number) value).longValue()))
        .collect(ImmutableList.toImmutableList());
  }

  /** These and a list of integers. */
  public Attributes with(String name, Collection<Integer> list) {
    return withValue(
        name, list.stream().map(Integer::longValue).collect(ImmutableList.toImmutableList()));
  }

  /** These and an integer. */
  public Attributes with(String name, long value) {
    return withValue(name, value);
  }

  private Attributes withValue(String name, Object value) {
    Map<String, Object> all = new LinkedHashMap<>(values);
    all.put(name, value);
    return new Attributes(ImmutableMap.copyOf(all));
  }

  /** Those of these that are called {@code names}. */
  public Attributes only(Collection<String> names) {
    Map<String, Object> kept = new LinkedHashMap<>(values);
    kept.keySet().retainAll(names);
    return new Attributes(ImmutableMap.copyOf(kept));
  }
}
