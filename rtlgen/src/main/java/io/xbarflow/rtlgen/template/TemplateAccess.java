package io.xbarflow.rtlgen.template;

import com.google.common.collect.ImmutableSet;
import java.util.Iterator;
import java.util.List;
import org.apache.velocity.runtime.directive.ForeachScope;
import org.apache.velocity.util.introspection.Info;
import org.apache.velocity.util.introspection.SecureUberspector;
import org.apache.velocity.util.introspection.VelMethod;
import org.apache.velocity.util.introspection.VelPropertyGet;
import org.apache.velocity.util.introspection.VelPropertySet;

/**
 * What a template may ask of an object: the components of records of ours, the size and elements of
 * lists, and a few questions about texts and numbers. Everything else, reflection above all, is as
 * if it were not there. Public because Velocity makes it.
 */
public final class TemplateAccess extends SecureUberspector {
  private static final ImmutableSet<String> LIST_METHODS =
      ImmutableSet.of("size", "isEmpty", "get", "contains", "indexOf");
  private static final ImmutableSet<String> TEXT_METHODS =
      ImmutableSet.of(
          "length",
          "isEmpty",
          "equals",
          "contains",
          "startsWith",
          "endsWith",
          "substring",
          "toUpperCase",
          "toLowerCase",
          "trim");
  private static final ImmutableSet<String> NUMBER_METHODS =
      ImmutableSet.of("intValue", "longValue", "equals", "compareTo");

  private static final ImmutableSet<String> OF_EVERY_OBJECT =
      ImmutableSet.of("toString", "hashCode", "getClass", "class");

  /** The loops of the template that this thread renders. */
  static final ThreadLocal<Steps> STEPS = ThreadLocal.withInitial(Steps::new);

  /** Counts the passes through loops of one template. */
  static final class Steps {
    private long taken;
    private String place = "";

    void restart() {
      taken = 0;
      place = "";
    }

    /** Where the loop stands that began last, as Velocity writes a place. */
    String place() {
      return place;
    }

    private void take(String loop) {
      taken++;
      place = loop;
      if (taken > TemplateRenderer.MOST_PASSES) {
        throw new TemplateLimit(
            "its loops together go on for more than " + TemplateRenderer.MOST_PASSES + " passes",
            loop);
      }
    }
  }

  /** Called by Velocity. */
  public TemplateAccess() {}

  @Override
  public VelMethod getMethod(Object object, String name, Object[] arguments, Info place) {
    return allowed(object, name, arguments.length)
        ? super.getMethod(object, name, arguments, place)
        : null;
  }

  @Override
  public VelPropertyGet getPropertyGet(Object object, String name, Info place) {
    return object instanceof ForeachScope || isComponent(object, name)
        ? super.getPropertyGet(object, name, place)
        : null;
  }

  @Override
  public VelPropertySet getPropertySet(Object object, String name, Object value, Info place) {
    return null;
  }

  @Override
  public Iterator<?> getIterator(Object object, Info place) {
    if (!(object instanceof List<?> list)) {
      return null;
    }
    Steps steps = STEPS.get();
    Iterator<?> elements = list.iterator();
    String loop = "[line " + place.getLine() + ", column " + place.getColumn() + "]";
    return new Iterator<Object>() {
      @Override
      public boolean hasNext() {
        return elements.hasNext();
      }

      @Override
      public Object next() {
        steps.take(loop);
        return elements.next();
      }
    };
  }

  private static boolean allowed(Object object, String name, int arguments) {
    if (object instanceof List) {
      return LIST_METHODS.contains(name);
    }
    if (object instanceof String) {
      return TEXT_METHODS.contains(name);
    }
    if (object instanceof Number || object instanceof Boolean) {
      return NUMBER_METHODS.contains(name);
    }
    return arguments == 0 && isComponent(object, name);
  }

  /** Whether {@code name} is a component of a record of ours, or a question about it. */
  private static boolean isComponent(Object object, String name) {
    Class<?> type = object == null ? Object.class : object.getClass();
    if (!type.isRecord() || !type.getName().startsWith("io.xbarflow.")) {
      return false;
    }
    if (OF_EVERY_OBJECT.contains(name)) {
      return false;
    }
    for (var method : type.getDeclaredMethods()) {
      if (method.getName().equals(name) && method.getParameterCount() == 0) {
        return true;
      }
    }
    return false;
  }
}
