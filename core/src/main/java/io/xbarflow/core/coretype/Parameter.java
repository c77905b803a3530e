package io.xbarflow.core.coretype;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import java.math.BigDecimal;

/**
 * Something that can be set about a core type.
 *
 * @param name key, such as {@code adcBits}
 * @param kind what values look like
 * @param standard default value; {@link #FROM_ARCHITECTURE} when the architecture gives it
 * @param least smallest legal number; meaningless for choices
 * @param most greatest legal number
 * @param choices legal words; empty for numbers
 * @param description what it is, in one line, with its unit and the source of the default
 */
public record Parameter(
    String name,
    Kind kind,
    String standard,
    double least,
    double most,
    ImmutableList<String> choices,
    String description) {

  /** Default of a parameter that the architecture has a key of the same name for. */
  public static final String FROM_ARCHITECTURE = "architecture";

  /** What values look like. */
  public enum Kind {
    /** A whole number. */
    WHOLE,
    /** A decimal number. */
    DECIMAL,
    /** One of some words. */
    CHOICE
  }

  /** Checks the default. */
  public Parameter {
    checkArgument(!name.isEmpty() && !description.isEmpty(), "parameter %s", name);
    checkArgument(kind != Kind.CHOICE || choices.contains(standard), "%s of %s", standard, choices);
  }

  /** A whole number. */
  public static Parameter whole(
      String name, String standard, int least, int most, String description) {
    return new Parameter(name, Kind.WHOLE, standard, least, most, ImmutableList.of(), description);
  }

  /** A decimal number. */
  public static Parameter decimal(
      String name, String standard, double least, double most, String description) {
    return new Parameter(
        name, Kind.DECIMAL, standard, least, most, ImmutableList.of(), description);
  }

  /** One of {@code choices}, of which the first is the default. */
  public static Parameter choice(String name, ImmutableList<String> choices, String description) {
    return new Parameter(name, Kind.CHOICE, choices.get(0), 0, 0, choices, description);
  }

  /** The cycles of an MVM, which the architecture gives unless they are set. */
  public static Parameter mvmCycles() {
    return whole(
        "mvmCycles", FROM_ARCHITECTURE, 1, 1_000_000, "clock cycles of an MVM; default: mvmCycles");
  }

  /**
   * {@code value} in its shortest form, when it is legal.
   *
   * @throws UserException otherwise; {@code where} is the option or place that gave it
   */
  public String check(String where, String value) {
    if (kind == Kind.CHOICE) {
      if (choices.contains(value)) {
        return value;
      }
      throw wrong(where, value, String.join(" or ", choices));
    }
    String range =
        (kind == Kind.WHOLE ? "a whole number" : "a number")
            + " from "
            + number(least)
            + " to "
            + number(most);
    if (!value.matches(
        kind == Kind.WHOLE ? "[+-]?[0-9]{1,9}" : "[+-]?[0-9]{1,12}(\\.[0-9]{1,12})?")) {
      throw wrong(where, value, range);
    }
    BigDecimal number = new BigDecimal(value);
    if (number.doubleValue() < least || number.doubleValue() > most) {
      throw wrong(where, value, range);
    }
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private UserException wrong(String where, String value, String expected) {
    return UserException.badInput(
        where, name + " is '" + value + "'", expected, "Mend the value: " + description + ".");
  }

  private static String number(double value) {
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }
}
