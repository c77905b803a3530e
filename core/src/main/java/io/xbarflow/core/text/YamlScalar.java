package io.xbarflow.core.text;

/**
 * A value of YAML in double quotes.
 *
 * @param content what it says
 */
public record YamlScalar(Comment content) implements SafeText {
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("\"");
    for (char each : content.toString().toCharArray()) {
      text.append(each == '"' || each == '\\' ? "\\" : "").append(each);
    }
    return text.append('"').toString();
  }
}
