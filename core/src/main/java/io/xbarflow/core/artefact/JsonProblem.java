package io.xbarflow.core.artefact;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import com.google.common.primitives.Primitives;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What is wrong with a JSON text, told in terms of the text: the place, the path and the value,
 * never a class of the program.
 *
 * @param path where in the structure, such as {@code layers[2].window}; empty for the whole text
 * @param found what stands there
 * @param expected what may stand there
 */
record JsonProblem(String path, String found, String expected) {
  private static final int SHOWN_CHARACTERS = 60;
  private static final Pattern DUPLICATE =
      Pattern.compile("Duplicate field '(.*)'", Pattern.DOTALL);

  /** The user's error for {@code error}, met while reading {@code file}. */
  static UserException toUser(Path file, JsonProcessingException error, String advice) {
    List<Reference> path =
        error instanceof JsonMappingException mapping ? mapping.getPath() : List.of();
    JsonProcessingException inner =
        error.getCause() instanceof JsonProcessingException cause ? cause : error;
    JsonProblem problem = of(JsonPlaces.text(path), inner);
    Optional<JsonLocation> place =
        inner instanceof JsonMappingException || inner instanceof InputCoercionException
            ? JsonPlaces.find(file, path)
            : Optional.ofNullable(inner.getLocation());
    UserException user =
        UserException.badInput(
            file
                + place
                    .map(known -> ":" + known.getLineNr() + ":" + known.getColumnNr())
                    .orElse(""),
            problem.path().isEmpty() ? problem.found() : problem.path() + " " + problem.found(),
            problem.expected(),
            advice);
    user.initCause(error);
    return user;
  }

  private static JsonProblem of(String path, JsonProcessingException error) {
    if (error instanceof InvalidNullException absent) {
      return new JsonProblem(path, "is null", kind(absent.getTargetType(), "a value"));
    }
    if (error instanceof UnrecognizedPropertyException unknown) {
      return new JsonProblem(path, "is an unknown key", "one of " + list(unknown));
    }
    if (error instanceof InvalidTypeIdException type) {
      return new JsonProblem(
          path,
          // Of an array Jackson takes the first value for the kind, and null for a word.
          type.getTypeId() == null || type.getTypeId().equals("null")
              ? "has no kind"
              : "has the unknown kind '" + shown(type.getTypeId()) + "'",
          "the key \"kind\" with one of the words that xbarflow writes there");
    }
    if (error instanceof InvalidFormatException format) {
      return new JsonProblem(
          path,
          "is '" + shown(String.valueOf(format.getValue())) + "'",
          kind(format.getTargetType(), "a value that can stand there"));
    }
    if (error instanceof InputCoercionException range) {
      return new JsonProblem(
          path, "is out of range", kind(range.getTargetType(), "a smaller number"));
    }
    if (error instanceof ValueInstantiationException) {
      return ofConstructor(path, error.getCause());
    }
    if (error instanceof MismatchedInputException mismatch) {
      return ofMismatch(path, mismatch);
    }
    if (error instanceof StreamConstraintsException) {
      return new JsonProblem(
          path,
          "is beyond what is read (nesting over 1000 levels, a number over 1000 digits, or a text"
              + " over 20 million characters)",
          "JSON as xbarflow writes it");
    }
    if (error instanceof JsonMappingException && error.getCause() instanceof RuntimeException) {
      throw new IllegalStateException("reading " + path, error.getCause());
    }
    Matcher duplicate = DUPLICATE.matcher(error.getOriginalMessage());
    if (duplicate.lookingAt()) {
      return new JsonProblem(
          path, "has the key '" + shown(duplicate.group(1)) + "' twice", "every key once");
    }
    return new JsonProblem(
        path,
        error.getOriginalMessage().startsWith("Unexpected end-of-input")
            ? "the JSON is cut off here"
            : "is not JSON here (" + firstSentence(error.getOriginalMessage()) + ")",
        "well-formed JSON");
  }

  private static JsonProblem ofConstructor(String path, Throwable cause) {
    if (cause instanceof UserException user) {
      return new JsonProblem(path, user.diagnostic().found(), user.diagnostic().expected());
    }
    if (cause instanceof IllegalArgumentException) {
      return new JsonProblem(
          path, "does not hold together: " + cause.getMessage(), "values that fit each other");
    }
    throw new IllegalStateException("constructor of " + path, cause);
  }

  private static JsonProblem ofMismatch(String path, MismatchedInputException error) {
    String message = error.getOriginalMessage();
    if (message.startsWith("Missing creator property")
        || message.startsWith("Missing required creator property")) {
      return new JsonProblem(path, "is missing", "every key that xbarflow writes");
    }
    if (message.startsWith("No content")) {
      return new JsonProblem(path, "the file is empty", "JSON");
    }
    if (message.startsWith("Trailing token")) {
      return new JsonProblem(path, "more follows after the end", "one JSON value");
    }
    return new JsonProblem(
        path,
        path.isEmpty() ? "the JSON is of another type" : "is of another type",
        kind(error.getTargetType(), "a value as xbarflow writes it there"));
  }

  /** The error of a reader that wants a {@code type} where {@code parser} stands. */
  static MismatchedInputException ofToken(JsonParser parser, Class<?> type) throws IOException {
    JsonToken token = parser.currentToken();
    return token.isScalarValue()
        ? InvalidFormatException.from(parser, "illegal", parser.getText(), type)
        : MismatchedInputException.from(parser, type, "illegal");
  }

  /** What a JSON value of {@code type} looks like. */
  private static String kind(Class<?> type, String otherwise) {
    Class<?> boxed = type == null ? Object.class : Primitives.wrap(type);
    if (boxed == Integer.class) {
      return "a whole number from -2147483648 to 2147483647";
    }
    if (boxed == Long.class) {
      return "a whole number of at most 63 bits";
    }
    if (boxed == Float.class || boxed == Double.class) {
      return "a finite decimal number in the range of " + Ascii.toLowerCase(boxed.getSimpleName());
    }
    if (boxed == Boolean.class) {
      return "true or false";
    }
    if (boxed == String.class) {
      return "a text in quotes";
    }
    if (boxed == byte[].class) {
      return "bytes in Base64";
    }
    if (boxed.isEnum()) {
      return "one of "
          + Arrays.stream(boxed.getEnumConstants())
              .map(JsonProblem::word)
              .collect(Collectors.joining(", "));
    }
    if (Collection.class.isAssignableFrom(boxed)) {
      return "a list in []";
    }
    if (Map.class.isAssignableFrom(boxed) || boxed.isRecord()) {
      return "an object in {}";
    }
    return otherwise;
  }

  /** How a constant is written. */
  private static String word(Object constant) {
    return Artefacts.toJsonLine(constant).replace("\"", "");
  }

  private static String list(UnrecognizedPropertyException unknown) {
    return unknown.getKnownPropertyIds().stream()
        .map(Object::toString)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static String firstSentence(String message) {
    return shown(Splitter.on('\n').splitToList(message).get(0));
  }

  /** {@code text} on one line, cut when it is long. */
  private static String shown(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "...";
  }
}
