package io.xbarflow.core.artefact;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.guava.GuavaModule;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.xbarflow.core.diagnostic.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes records as JSON that a person can read, diff and edit, and reads them back. A file appears
 * under its name only when it is complete.
 */
public final class Artefacts {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().addModule(new GuavaModule()).addModule(new Jdk8Module()).build();

  private static final String ADVICE =
      "Fix the file, or write it again with the stage that made it.";

  private Artefacts() {}

  /** {@code value} as JSON text, the same bytes for equal values. */
  public static String toJson(Object value) {
    try {
      return writer().writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code value} as JSON text in one line, without its end. */
  public static String toJsonLine(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The {@code type} in one line of JSON; empty when there is none. */
  public static <T> Optional<T> ofJsonLine(String line, Class<T> type) {
    return JsonReader.read(line, type);
  }

  /** {@code value} as it would be written. */
  public static JsonNode toTree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** Writes {@code value} to {@code file}, piece by piece: networks may be hundreds of MiB. */
  public static void write(Path file, Object value) {
    write(file, content(value));
  }

  /** {@code value} as JSON text. */
  static Part.Content content(Object value) {
    return stream -> {
      writer().without(JsonGenerator.Feature.AUTO_CLOSE_TARGET).writeValue(stream, value);
      stream.write('\n');
    };
  }

  /** Writes {@code text} to {@code file}: complete or not at all. */
  public static void writeText(Path file, String text) {
    write(file, stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Writes {@code bytes} to {@code file}: complete or not at all. */
  public static void writeBytes(Path file, byte[] bytes) {
    write(file, stream -> stream.write(bytes));
  }

  private static void write(Path file, Part.Content content) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (Part part = Part.of(file, content)) {
        part.moveTo(file);
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** The user's error when {@code file} cannot be written. */
  public static UserException unwritable(Path file, IOException cause) {
    UserException error =
        UserException.badInput(
            file.toString(),
            "cannot be written ("
                + cause.getClass().getSimpleName()
                + ": "
                + cause.getMessage()
                + ")",
            "a writable folder with free space",
            "Choose another output folder with -o, or mend permissions or disk space.");
    error.initCause(cause);
    return error;
  }

  /**
   * Reads a {@code type} from {@code file}, which a person may have edited.
   *
   * @throws UserException with line, column and the path in the JSON when anything is missing,
   *     null, twice there, of another type, out of range, or refused by the constructor of a record
   */
  public static <T> T read(Path file, Class<T> type) {
    if (!Files.isRegularFile(file)) {
      throw UserException.badInput(
          file.toString(),
          "no such file",
          "the artefact of an earlier stage",
          "Run that stage first (see `xbarflow --help`).");
    }
    try {
      T value = JsonReader.read(file, type);
      if (value == null) {
        throw UserException.badInput(file.toString(), "is null", "an object in {}", ADVICE);
      }
      return value;
    } catch (JsonProcessingException e) {
      throw JsonProblem.toUser(file, e, ADVICE);
    } catch (IOException e) {
      throw UserException.badInput(
          file.toString(),
          "cannot be read (" + e.getMessage() + ")",
          "a readable file",
          "Fix the permissions.");
    }
  }

  private static ObjectWriter writer() {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
    return MAPPER.writer(printer);
  }
}
