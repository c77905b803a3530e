package io.xbarflow.rtlgen.rtl;

import com.google.common.collect.ImmutableMap;
import io.xbarflow.core.coretype.CoreType;
import io.xbarflow.core.coretype.CoreTypes;
import io.xbarflow.rtlgen.template.MacroView;
import io.xbarflow.rtlgen.template.TemplateRenderer;
import java.util.LinkedHashMap;
import java.util.Map;

/** The Verilog that core types bring: rendered, and its names checked. */
public final class CoreTypeVerilog {
  private final TemplateRenderer renderer;
  private final ModuleNames names;

  /** Checks the names against those of cells and benches. */
  public CoreTypeVerilog() {
    this(new TemplateRenderer());
  }

  CoreTypeVerilog(TemplateRenderer renderer) {
    this.renderer = renderer;
    this.names = new ModuleNames(Generator.cellNames());
  }

  /**
   * The files of {@code type} by the name of the module that each is for.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when a template is wrong, or a module has a
   *     name that it cannot have or that another one has
   */
  public ImmutableMap<String, String> of(CoreType type) {
    Map<String, String> texts = new LinkedHashMap<>();
    MacroView view = new MacroView(type.name(), type.module());
    names.take(CoreTypes.where(type, type.module() + ".v"), type.module());
    type.sources()
        .forEach(
            (file, text) -> {
              String where = CoreTypes.where(type, file);
              String module = file.replaceFirst("\\.v(\\.vm)?$", "");
              if (!module.equals(type.module())) {
                names.take(where, module);
              }
              String verilog =
                  file.endsWith(".vm") ? renderer.renderUsers(where, text, view) : text;
              names.take(where, module, verilog);
              texts.put(module, verilog);
            });
    type.stub()
        .ifPresent(
            stub ->
                names.take(CoreTypes.where(type, type.module() + "_stub.v"), type.module(), stub));
    return ImmutableMap.copyOf(texts);
  }

  /** Checks {@code verilog}, which stands in the place of cell {@code cell}. */
  void checkCell(String where, String cell, String verilog) {
    names.take(where, cell, verilog);
  }
}
