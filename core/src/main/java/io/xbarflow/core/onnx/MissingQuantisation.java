package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.network.Quantisation;
import io.xbarflow.core.onnx.Value.Dequantised;
import io.xbarflow.core.onnx.Value.Shaped;
import io.xbarflow.core.onnx.Value.Stream;
import io.xbarflow.core.onnx.Value.Unsettled;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Quantises float results that have no QuantizeLinear where the chip needs one: TensorRT and
 * ModelOpt leave it out behind the layer before a residual Add, before average pools and functions,
 * and at outputs. A QuantizeLinear that reads the same value gives its scale; else the scale is the
 * finest one for the range that was observed, or else for the range that is proven, as far as what
 * follows can tell its values apart.
 */
final class MissingQuantisation {
  private final Assembly assembly;
  private final ImmutableMap<String, Interval> observed;
  private final QuantisationBehind behind;
  private final ProvenRange proven;
  private final Map<String, Stream> given = new HashMap<>();
  private final List<GivenQuantisation> ranges = new ArrayList<>();

  /**
   * Without any yet.
   *
   * @param observed ranges by ONNX value, from images
   */
  MissingQuantisation(Assembly assembly, ImmutableMap<String, Interval> observed) {
    this.assembly = assembly;
    this.observed = observed;
    behind = new QuantisationBehind(assembly);
    proven = new ProvenRange(assembly);
  }

  /** What is read of the QuantizeLinear nodes behind a value. */
  QuantisationBehind behind() {
    return behind;
  }

  /** What is proven of float values. */
  ProvenRange proven() {
    return proven;
  }

  /**
   * What the readers of ONNX value {@code name} can tell apart, when one of them can {@code
   * distinguished}: all, when there are others.
   */
  Interval byAllReaders(String name, Interval distinguished) {
    return assembly.graph().hasSingleReader(name) ? distinguished : Interval.ALL;
  }

  /** The ONNX value {@code name} when it has been quantised for another reader. */
  Optional<Stream> given(String name) {
    return Optional.ofNullable(given.get(name));
  }

  /** The quantisations that were chosen by a range. */
  ImmutableList<GivenQuantisation> ranges() {
    return ImmutableList.copyOf(ranges);
  }

  /**
   * The ONNX value {@code name}, quantised.
   *
   * @param node what needs it quantised
   * @param value what {@code name} stands for
   * @param distinguished what readers can tell apart: values beyond are like these for them
   */
  Stream give(Node node, String name, Shaped value, Interval distinguished) {
    return give(node.where(), name, value, distinguished);
  }

  /** The same for a reader that is no node. */
  Stream give(String where, String name, Shaped value, Interval distinguished) {
    Stream stream = given.get(name);
    if (stream == null) {
      stream = make(where, name, value, distinguished);
      given.put(name, stream);
    }
    return stream;
  }

  private Stream make(String where, String name, Shaped value, Interval distinguished) {
    Node writer = assembly.writer(name).orElseThrow();
    Optional<Quantisation> beside = behind.of(name);
    if (beside.isPresent()) {
      assembly.note(
          writer, note(where, beside.get(), "as another QuantizeLinear quantises the same result"));
      return quantised(writer, name, value, beside.get());
    }
    Interval range = proven.of(value);
    Interval possible = range.cutTo(distinguished);
    Optional<Interval> seen = Optional.ofNullable(observed.get(name));
    Interval chosen = seen.map(images -> images.cutTo(possible)).orElse(possible);
    if (!chosen.hasScale()) {
      throw writer.refuse(
          String.format(
              Locale.ROOT,
              "a float result of %.4g to %.4g without QuantizeLinear",
              chosen.low(),
              chosen.high()),
          "values within float32",
          "Let the quantiser quantise the tensor '" + name + "' too.");
    }
    Quantisation to = chosen.covering(signed(value));
    Stream stream = quantised(writer, name, value, to);
    ranges.add(new GivenQuantisation(name, stream.tensor(), to, possible));
    assembly.note(writer, note(where, to, origin(seen.isPresent(), !possible.equals(range))));
    return stream;
  }

  private Stream quantised(Node writer, String name, Shaped value, Quantisation to) {
    Stream stream =
        value instanceof Unsettled unsettled
            ? assembly.settling().settle(unsettled, name, to)
            : QuantizeLinearOperator.quantised(
                writer, assembly, (Dequantised) value, name + "_quantised", to);
    return stream.shared(assembly.graph().hasSingleReader(name));
  }

  /** The type of the feature map that the layer of {@code value} reads, as its neighbours have. */
  private boolean signed(Shaped value) {
    return assembly.quantisation(proven.operand(value)).signed();
  }

  private static String origin(boolean seen, boolean cut) {
    if (seen) {
      return "which the calibration images have";
    }
    return (cut
            ? "which its integers can have and what follows can tell apart"
            : "which its integers can have")
        + "; a finer scale needs --calibration";
  }

  private static String note(String where, Quantisation to, String origin) {
    Interval range = Interval.of(to.min(), to.max(), to);
    return String.format(
        Locale.ROOT,
        "no QuantizeLinear behind it for %s, as TensorRT leaves it out; quantised to %s with scale"
            + " %.6g and zero point %d, for %.4g to %.4g, %s",
        where,
        to.signed() ? "int8" : "uint8",
        to.scale(),
        to.zeroPoint(),
        range.low(),
        range.high(),
        origin);
  }
}
