package io.xbarflow.core.artefact;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads records from JSON that a person may have edited, and takes nothing for granted: every
 * component is there, once, of its own type and not null, an {@link Optional} excepted; numbers are
 * finite and in the range of their type. What the records themselves demand is checked by their
 * constructors.
 */
final class JsonReader {
  private static final JsonMapper MAPPER = mapper();

  private JsonReader() {}

  private static JsonMapper mapper() {
    JsonMapper.Builder builder =
        JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(
                new SimpleModule() {
                  private static final long serialVersionUID = 1L;

                  @Override
                  public void setupModule(SetupContext context) {
                    super.setupModule(context);
                    context.addDeserializers(new ImmutableCollections());
                  }
                }.addDeserializer(Float.class, new FiniteNumber<>(Float.class))
                    .addDeserializer(Float.TYPE, new FiniteNumber<>(Float.class))
                    .addDeserializer(Double.class, new FiniteNumber<>(Double.class))
                    .addDeserializer(Double.TYPE, new FiniteNumber<>(Double.class)))
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .defaultSetterInfo(JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
            .withConfigOverride(
                Optional.class,
                optional ->
                    optional.setSetterInfo(JsonSetter.Value.construct(Nulls.SET, Nulls.FAIL)));
    for (CoercionInputShape shape :
        new CoercionInputShape[] {
          CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean
        }) {
      builder.withCoercionConfig(
          LogicalType.Textual, texts -> texts.setCoercion(shape, CoercionAction.Fail));
    }
    builder.withCoercionConfigDefaults(
        all -> all.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail));
    return builder.build();
  }

  /** A decimal number written as one: neither a word, nor beyond the range of its type. */
  private static final class FiniteNumber<N extends Number> extends StdScalarDeserializer<N> {
    private static final long serialVersionUID = 1L;
    private final Class<N> type;

    FiniteNumber(Class<N> type) {
      super(type);
      this.type = type;
    }

    @Override
    public N deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      JsonToken token = parser.currentToken();
      if (!token.isNumeric()) {
        throw JsonProblem.ofToken(parser, type);
      }
      Number value;
      if (type == Double.class) {
        value = parser.getDoubleValue();
      } else {
        value = parser.getFloatValue();
      }
      // A value that is too small for its type would silently become another one.
      boolean underflow = value.doubleValue() == 0 && !isZero(parser.getText());
      if (!Double.isFinite(value.doubleValue()) || underflow) {
        throw JsonProblem.ofToken(parser, type);
      }
      return type.cast(value);
    }

    private static boolean isZero(String number) {
      return number.matches("-?0*\\.?0*([eE].*)?");
    }
  }

  /**
   * The {@code type} in {@code file}.
   *
   * @throws JsonProcessingException when it is not there or illegal
   */
  static <T> T read(Path file, Class<T> type) throws IOException {
    return MAPPER.readValue(file.toFile(), type);
  }

  /** The {@code type} in {@code text}; empty when it is not there or illegal. */
  static <T> Optional<T> read(String text, Class<T> type) {
    try {
      return Optional.ofNullable(MAPPER.readValue(text, type));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
