package io.xbarflow.core.artefact;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
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
      JsonMapper.builder()
          .addModule(new GuavaModule())
          .addModule(new Jdk8Module())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

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
    try {
      return Optional.ofNullable(MAPPER.readValue(line, type));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
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

  /** Reads a {@code type} from {@code file}. */
  public static <T> T read(Path file, Class<T> type) {
    if (!Files.isRegularFile(file)) {
      throw UserException.badInput(
          file.toString(),
          "no such file",
          "the artefact of an earlier stage",
          "Run that stage first (see `xbarflow --help`).");
    }
    try {
      return MAPPER.readValue(file.toFile(), type);
    } catch (JsonProcessingException e) {
      throw UserException.badInput(
          file
              + (e.getLocation() == null
                  ? ""
                  : ":" + e.getLocation().getLineNr() + ":" + e.getLocation().getColumnNr()),
          e.getOriginalMessage(),
          "a " + type.getSimpleName() + " as xbarflow writes it",
          "Mend the file, or write it anew with the stage that made it.");
    } catch (IOException e) {
      throw UserException.badInput(
          file.toString(),
          "cannot be read (" + e.getMessage() + ")",
          "a readable file",
          "Mend the permissions.");
    }
  }

  private static ObjectWriter writer() {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
    return MAPPER.writer(printer);
  }
}
