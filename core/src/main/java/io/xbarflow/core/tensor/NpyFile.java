package io.xbarflow.core.tensor;

import com.google.common.base.Splitter;
import com.google.common.base.Strings;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableLongArray;
import io.xbarflow.core.artefact.Artefacts;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.network.ElementType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * NumPy {@code .npy} files, versions 1 to 3, in C order: images of float32, float16 (read as
 * float32), int8 and uint8, and integers of any width.
 *
 * <p>Source: numpy.lib.format.
 */
public final class NpyFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");

  private static final Pattern INTEGER = Pattern.compile("[<|]([iu])([1248])");

  private NpyFile() {}

  /**
   * Reads {@code file}.
   *
   * @throws UserException when it is missing, damaged, of another element type or in Fortran order
   */
  public static ImageBatch read(Path file) {
    return images(parse(bytes(file), file.toString()), file.toString());
  }

  /**
   * Reads the integers of {@code file}, of 1 to 8 bytes each, whatever their shape.
   *
   * @throws UserException as {@link #read}, and when they are no integers
   */
  public static ImmutableLongArray readIntegers(Path file) {
    Content content = parse(bytes(file), file.toString());
    Matcher type = INTEGER.matcher(content.descr());
    if (!type.matches()) {
      throw UserException.badInput(
          file.toString(),
          "element type " + content.descr(),
          "little-endian integers, such as <i8 or |u1",
          "Convert it with array.astype(np.int64).");
    }
    boolean signed = type.group(1).equals("i");
    int width = Integer.parseInt(type.group(2));
    requireBytes(content, width, file.toString());
    ImmutableLongArray.Builder values = ImmutableLongArray.builder();
    for (int i = 0; i < content.size(); i++) {
      long value = 0;
      for (int at = width - 1; at >= 0; at--) {
        int next = content.data().get(i * width + at);
        value = value << 8 | (at == width - 1 && signed ? next : next & 0xFF);
      }
      values.add(value);
    }
    return values.build();
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw UserException.badInput(
          file.toString(),
          "cannot be read (" + e.getClass().getSimpleName() + ")",
          "a readable .npy file",
          "Check the path and the permissions.");
    }
  }

  /** Header and data of a file. */
  private record Content(String descr, ImmutableList<Integer> shape, int size, ByteBuffer data) {}

  private static Content parse(byte[] bytes, String file) {
    if (bytes.length < 10 || !ByteBuffer.wrap(bytes, 0, 6).equals(ByteBuffer.wrap(MAGIC))) {
      throw damaged(file, "no NumPy header");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int version = bytes[6];
    if (version < 1 || version > 3) {
      throw damaged(file, "version " + version);
    }
    if (version > 1 && bytes.length < 12) {
      throw damaged(file, "a truncated header");
    }
    int start = version == 1 ? 10 : 12;
    int length = version == 1 ? buffer.getShort(8) & 0xFFFF : buffer.getInt(8);
    if (length < 0 || length > bytes.length - start) {
      throw damaged(file, "a truncated header");
    }
    String header = new String(bytes, start, length, StandardCharsets.UTF_8);
    String descr = field(DESCR, header, file);
    if (field(FORTRAN, header, file).equals("True")) {
      throw UserException.badInput(
          file,
          "Fortran order",
          "C order",
          "Save it with np.save(name, np.ascontiguousarray(array)).");
    }
    ImmutableList.Builder<Integer> shape = ImmutableList.builder();
    long size = 1;
    for (String dim :
        Splitter.on(',').trimResults().omitEmptyStrings().split(field(SHAPE, header, file))) {
      int extent;
      try {
        extent = Integer.parseInt(dim);
      } catch (NumberFormatException e) {
        throw damaged(file, "shape entry " + dim);
      }
      size *= extent;
      if (extent < 0 || size > Integer.MAX_VALUE) {
        throw damaged(file, "shape entry " + dim);
      }
      shape.add(extent);
    }
    ByteBuffer data = buffer.position(start + length).slice().order(ByteOrder.LITTLE_ENDIAN);
    return new Content(descr, shape.build(), (int) size, data);
  }

  private static void requireBytes(Content content, int width, String file) {
    int found = content.data().capacity();
    if (found != (long) content.size() * width) {
      throw damaged(
          file, found + " data bytes for " + content.size() + " values of " + content.descr());
    }
  }

  private static ImageBatch images(Content content, String file) {
    if (content.descr().equals("<f2")) {
      requireBytes(content, 2, file);
      float[] values = new float[content.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = ShortFloats.ofHalf(content.data().getShort(2 * i));
      }
      return ImageBatch.ofFloats(content.shape(), values);
    }
    ElementType type =
        switch (content.descr()) {
          case "<f4" -> ElementType.FLOAT32;
          case "|i1", "<i1" -> ElementType.INT8;
          case "|u1", "<u1" -> ElementType.UINT8;
          default ->
              throw UserException.badInput(
                  file,
                  "element type " + content.descr(),
                  "float32 (<f4), float16 (<f2), int8 (|i1) or uint8 (|u1), little endian",
                  "Convert it with array.astype(np.float32), np.int8 or np.uint8.");
        };
    requireBytes(content, type == ElementType.FLOAT32 ? 4 : 1, file);
    if (type == ElementType.FLOAT32) {
      float[] values = new float[content.size()];
      content.data().asFloatBuffer().get(values);
      return ImageBatch.ofFloats(content.shape(), values);
    }
    boolean signed = type == ElementType.INT8;
    int[] values = new int[content.size()];
    for (int i = 0; i < values.length; i++) {
      int value = content.data().get(i);
      values[i] = signed ? value : value & 0xFF;
    }
    return ImageBatch.ofIntegers(signed, content.shape(), values);
  }

  private static String field(Pattern pattern, String header, String file) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw damaged(file, "header " + header.strip());
    }
    return matcher.group(1);
  }

  private static UserException damaged(String file, String found) {
    return UserException.badInput(
        file, found, "a complete .npy file (version 1 to 3)", "Save it again with np.save.");
  }

  /**
   * Writes {@code batch} to {@code file}, the same bytes for equal batches.
   *
   * @throws UserException when the file cannot be written
   */
  public static void write(Path file, ImageBatch batch) {
    Artefacts.writeBytes(file, bytes(batch));
  }

  /** {@code batch} as a file, the same bytes for equal batches. */
  public static byte[] bytes(ImageBatch batch) {
    String descr =
        switch (batch.type()) {
          case FLOAT32 -> "<f4";
          case FLOAT16 -> "<f2";
          case INT8 -> "|i1";
          case UINT8 -> "|u1";
          case INT32 -> "<i4";
          case INT64 -> "<i8";
        };
    String shape =
        batch.shape().stream().map(String::valueOf).collect(Collectors.joining(", "))
            + (batch.shape().size() == 1 ? "," : "");
    String header =
        "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + shape + "), }";
    int padded = (10 + header.length() + 1 + 63) / 64 * 64;
    header = Strings.padEnd(header, padded - 11, ' ') + "\n";
    ByteBuffer buffer =
        ByteBuffer.allocate(padded + batch.size() * (descr.charAt(2) - '0'))
            .order(ByteOrder.LITTLE_ENDIAN);
    buffer.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) header.length());
    buffer.put(header.getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < batch.size(); i++) {
      float value = batch.get(i);
      switch (batch.type()) {
        case FLOAT32 -> buffer.putFloat(value);
        case FLOAT16 -> buffer.putShort(ShortFloats.bitsOfHalf(value));
        case INT8, UINT8 -> buffer.put((byte) (int) value);
        case INT32 -> buffer.putInt((int) value);
        case INT64 -> buffer.putLong((long) value);
      }
    }
    return buffer.array();
  }
}
