package io.xbarflow.core.artefact;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Paths in a JSON text, such as {@code layers[2].window.padTop}, and where their values stand. */
final class JsonPlaces {
  private static final JsonFactory JSON = new JsonFactory();

  private JsonPlaces() {}

  /** {@code path} in words; empty for the whole text. */
  static String text(List<Reference> path) {
    StringBuilder text = new StringBuilder();
    for (Reference step : path) {
      if (step.getFieldName() == null) {
        text.append('[').append(step.getIndex()).append(']');
      } else {
        text.append(text.length() == 0 ? "" : ".").append(step.getFieldName());
      }
    }
    return text.toString();
  }

  /**
   * Where the value at {@code path} begins in {@code file}, or that of the innermost object or list
   * around it that is there; empty when the text cannot be read so far.
   */
  static Optional<JsonLocation> find(Path file, List<Reference> path) {
    Optional<JsonLocation> found = Optional.empty();
    try (JsonParser parser = JSON.createParser(file.toFile())) {
      parser.nextToken();
      found = Optional.of(parser.currentTokenLocation());
      for (Reference step : path) {
        if (!enter(parser, step)) {
          break;
        }
        found = Optional.of(parser.currentTokenLocation());
      }
    } catch (IOException e) {
      return found;
    }
    return found;
  }

  /** Moves {@code parser} from the value it stands on to the part that {@code step} names. */
  private static boolean enter(JsonParser parser, Reference step) throws IOException {
    if (step.getFieldName() != null && parser.currentToken() == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean here = parser.currentName().equals(step.getFieldName());
        parser.nextToken();
        if (here) {
          return true;
        }
        parser.skipChildren();
      }
    } else if (step.getFieldName() == null && parser.currentToken() == JsonToken.START_ARRAY) {
      for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        if (i == step.getIndex()) {
          return true;
        }
        parser.skipChildren();
      }
    }
    return false;
  }
}
