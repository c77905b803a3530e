package io.xbarflow.core.architecture;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which core type computes which convolution.
 *
 * @param preference core types by name; a layer gets the first that can compute it
 * @param layers core types of single layers, which go before the preference
 * @param parameters what is set of the parameters of each core type
 */
public record CoreSelection(
    ImmutableList<String> preference,
    ImmutableMap<String, String> layers,
    ImmutableMap<String, ImmutableMap<String, String>> parameters) {

  /** Ideal cores everywhere. */
  public static final CoreSelection IDEAL = of("ideal");

  /** Copies the collections. */
  public CoreSelection {
    preference = ImmutableList.copyOf(preference);
    layers = ImmutableMap.copyOf(layers);
    parameters = ImmutableMap.copyOf(parameters);
    checkArgument(!preference.isEmpty(), "no core type");
  }

  /** The core types of {@code preference}, with the defaults of their parameters. */
  public static CoreSelection of(String... preference) {
    return new CoreSelection(
        ImmutableList.copyOf(preference), ImmutableMap.of(), ImmutableMap.of());
  }

  /** The same with other core types in order of preference. */
  public CoreSelection withPreference(ImmutableList<String> types) {
    return new CoreSelection(types, layers, parameters);
  }

  /** The same with core type {@code type} for layer {@code layer}. */
  public CoreSelection withLayer(String layer, String type) {
    Map<String, String> changed = new LinkedHashMap<>(layers);
    changed.put(layer, type);
    return new CoreSelection(preference, ImmutableMap.copyOf(changed), parameters);
  }

  /** The same with {@code value} for parameter {@code parameter} of core type {@code type}. */
  public CoreSelection withParameter(String type, String parameter, String value) {
    Map<String, ImmutableMap<String, String>> changed = new LinkedHashMap<>(parameters);
    Map<String, String> values = new LinkedHashMap<>(parametersOf(type));
    values.put(parameter, value);
    changed.put(type, ImmutableMap.copyOf(values));
    return new CoreSelection(preference, layers, ImmutableMap.copyOf(changed));
  }

  /** What is set of the parameters of {@code type}. */
  public ImmutableMap<String, String> parametersOf(String type) {
    return parameters.getOrDefault(type, ImmutableMap.of());
  }
}
