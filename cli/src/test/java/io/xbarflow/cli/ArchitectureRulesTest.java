package io.xbarflow.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** The arrows between modules, and where a few libraries may be used. */
final class ArchitectureRulesTest {
  /** Guards against rules that hold because nothing was scanned; raise it as the project grows. */
  private static final int LEAST_CLASSES = 200;

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.xbarflow");

  @Test
  void enoughClassesAreScanned() {
    assertTrue(CLASSES.size() >= LEAST_CLASSES, "only " + CLASSES.size() + " classes");
  }

  @Test
  void modulesDependAlongTheArrows() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("core")
        .definedBy("io.xbarflow.core..")
        .layer("cores")
        .definedBy("io.xbarflow.cores..")
        .layer("mapper")
        .definedBy("io.xbarflow.mapper..")
        .layer("rtlgen")
        .definedBy("io.xbarflow.rtlgen..")
        .layer("sim")
        .definedBy("io.xbarflow.sim..")
        .layer("quantize")
        .definedBy("io.xbarflow.quantize..")
        .layer("testbench")
        .definedBy("io.xbarflow.testbench..")
        .layer("cli")
        .definedBy("io.xbarflow.cli..")
        .layer("examples")
        .definedBy("io.xbarflow.examples..")
        .whereLayer("core")
        .mayNotAccessAnyLayer()
        .whereLayer("cores")
        .mayOnlyAccessLayers("core")
        .whereLayer("mapper")
        .mayOnlyAccessLayers("core")
        .whereLayer("rtlgen")
        .mayOnlyAccessLayers("core")
        .whereLayer("sim")
        .mayOnlyAccessLayers("core")
        .whereLayer("quantize")
        .mayOnlyAccessLayers("core", "sim")
        .whereLayer("testbench")
        .mayOnlyAccessLayers("core", "rtlgen", "sim")
        .whereLayer("examples")
        .mayOnlyAccessLayers("core")
        .whereLayer("cli")
        .mayOnlyAccessLayers("core", "mapper", "rtlgen", "sim", "quantize", "testbench")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.xbarflow.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheCommandLineAndTheExamplesPrint() {
    for (String stream : new String[] {"out", "err"}) {
      check(
          noClasses()
              .that()
              .resideOutsideOfPackages("io.xbarflow.cli..", "io.xbarflow.examples..")
              .should()
              .accessField(System.class, stream));
    }
  }

  @Test
  void onlyTheCommandLineAndTheExamplesEndTheProcess() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("io.xbarflow.cli..", "io.xbarflow.examples..")
            .should()
            .callMethod(System.class, "exit", int.class));
  }

  @Test
  void velocityStaysInOnePackage() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.xbarflow.rtlgen.template")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.velocity.."));
  }

  @Test
  void protobufStaysWhereOnnxFilesAreReadAndWritten() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "io.xbarflow.core.onnx", "io.xbarflow.quantize.onnx", "io.xbarflow.examples..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.google.protobuf..", "ai.onnx.."));
  }

  @Test
  void onnxRuntimeStaysInOnePackage() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.xbarflow.quantize.runtime")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnxruntime.."));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }
}
