package io.xbarflow.core.artefact;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.deser.Deserializers;
import com.fasterxml.jackson.databind.deser.std.StdDelegatingDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.type.CollectionType;
import com.fasterxml.jackson.databind.type.MapType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.Converter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads Guava's collections by way of Java's, whose readers tell the index or the key of what is
 * wrong in them.
 */
final class ImmutableCollections extends Deserializers.Base {
  @Override
  public JsonDeserializer<?> findCollectionDeserializer(
      CollectionType type,
      DeserializationConfig config,
      BeanDescription description,
      TypeDeserializer elementTypes,
      JsonDeserializer<?> elements) {
    JavaType via =
        TypeFactory.defaultInstance()
            .constructCollectionType(ArrayList.class, type.getContentType());
    if (type.hasRawClass(ImmutableSortedSet.class)) {
      return reader(via, type, value -> sorted((List<?>) value));
    }
    return type.hasRawClass(ImmutableList.class)
        ? reader(via, type, value -> ImmutableList.copyOf((List<?>) value))
        : null;
  }

  @Override
  public JsonDeserializer<?> findMapDeserializer(
      MapType type,
      DeserializationConfig config,
      BeanDescription description,
      KeyDeserializer keys,
      TypeDeserializer valueTypes,
      JsonDeserializer<?> values) {
    JavaType via =
        TypeFactory.defaultInstance()
            .constructMapType(LinkedHashMap.class, type.getKeyType(), type.getContentType());
    if (type.hasRawClass(ImmutableSortedMap.class)) {
      return reader(via, type, value -> sorted((Map<?, ?>) value));
    }
    return type.hasRawClass(ImmutableMap.class)
        ? reader(via, type, value -> ImmutableMap.copyOf((Map<?, ?>) value))
        : null;
  }

  /** Of keys that are texts, as all keys are. */
  private static ImmutableSortedMap<String, Object> sorted(Map<?, ?> map) {
    ImmutableSortedMap.Builder<String, Object> sorted = ImmutableSortedMap.naturalOrder();
    map.forEach((key, value) -> sorted.put((String) key, value));
    return sorted.buildOrThrow();
  }

  /** Of texts. */
  private static ImmutableSortedSet<String> sorted(List<?> list) {
    return list.stream()
        .map(String.class::cast)
        .collect(ImmutableSortedSet.toImmutableSortedSet(Comparator.naturalOrder()));
  }

  private static JsonDeserializer<?> reader(
      JavaType via, JavaType type, Function<Object, Object> copy) {
    return new StdDelegatingDeserializer<>(
        new Converter<Object, Object>() {
          @Override
          public Object convert(Object value) {
            return copy.apply(value);
          }

          @Override
          public JavaType getInputType(TypeFactory factory) {
            return via;
          }

          @Override
          public JavaType getOutputType(TypeFactory factory) {
            return type;
          }
        });
  }
}
