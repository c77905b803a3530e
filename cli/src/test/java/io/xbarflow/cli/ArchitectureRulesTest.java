package io.xbarflow.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableSetMultimap;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.xbarflow.core.text.Code;
import java.io.ByteArrayOutputStream;
import java.io.FileReader;
import java.io.FileWriter;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.MessageFormat;
import java.text.NumberFormat;
import java.text.SimpleDateFormat;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Formatter;
import java.util.HashSet;
import java.util.Optional;
import java.util.Scanner;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The arrows between modules, and where a few libraries may be used. */
final class ArchitectureRulesTest {
  /** Guards against rules that hold because nothing was scanned; raise it as the project grows. */
  private static final int LEAST_CLASSES = 200;

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.xbarflow");

  private static final DescribedPredicate<JavaClass> VIEW =
      DescribedPredicate.describe(
          "are views of templates, or parts of one",
          type ->
              Stream.iterate(
                          Optional.of(type),
                          Optional::isPresent,
                          each -> each.get().getEnclosingClass())
                      .anyMatch(
                          each -> each.get().getSimpleName().matches(".*View|CosimTop|Instance"))
                  && !type.getSimpleName().equals("SavedView"));

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
  void textOfOutsideIsMadeSafeInOnePackage() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.xbarflow.core.text")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.google.common.html..", "com.google.common.xml.."));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("io.xbarflow.core.text", "io.xbarflow.rtlgen.syn")
            .should()
            .callMethod(Code.class, "source", String.class));
  }

  /** Components that templates print have types that say what they are. */
  @Test
  void viewsOfTemplatesHoldNamesOfModelsAsComments() {
    for (String component :
        new String[] {"model", "node", "sha256", "tensor", "title", "comment", "description"}) {
      check(
          noMethods()
              .that()
              .areDeclaredInClassesThat()
              .resideInAnyPackage("io.xbarflow.rtlgen..", "io.xbarflow.testbench..")
              .and()
              .areDeclaredInClassesThat(VIEW)
              .and()
              .haveName(component)
              .should()
              .haveRawReturnType(String.class));
    }
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

  /**
   * Methods and constructors that read the machine's locale, charset or time zone, by class. With
   * an explicit one they have other parameters.
   */
  private static final ImmutableSetMultimap<Class<?>, String> OF_THE_MACHINE =
      ImmutableSetMultimap.<Class<?>, String>builder()
          .putAll(
              String.class,
              "format(String, Object[])",
              "formatted(Object[])",
              "toLowerCase()",
              "toUpperCase()",
              "getBytes()",
              "<init>(byte[])",
              "<init>(byte[], int, int)")
          .putAll(PrintStream.class, "printf(String, Object[])", "format(String, Object[])")
          .putAll(PrintWriter.class, "printf(String, Object[])", "format(String, Object[])")
          .putAll(
              Formatter.class, "<init>()", "<init>(Appendable)", "<init>(File)", "<init>(String)")
          .putAll(DecimalFormat.class, "<init>()", "<init>(String)")
          .putAll(
              NumberFormat.class,
              "getInstance()",
              "getNumberInstance()",
              "getIntegerInstance()",
              "getPercentInstance()",
              "getCompactNumberInstance()")
          .putAll(MessageFormat.class, "<init>(String)", "format(String, Object[])")
          .putAll(SimpleDateFormat.class, "<init>()", "<init>(String)")
          .putAll(DateTimeFormatter.class, "ofPattern(String)")
          .putAll(DecimalFormatSymbols.class, "<init>()", "getInstance()")
          .putAll(Scanner.class, "<init>(InputStream)", "<init>(File)", "<init>(Path)")
          .putAll(InputStreamReader.class, "<init>(InputStream)")
          .putAll(OutputStreamWriter.class, "<init>(OutputStream)")
          .putAll(FileReader.class, "<init>(String)", "<init>(File)")
          .putAll(FileWriter.class, "<init>(String)", "<init>(File)")
          .putAll(ByteArrayOutputStream.class, "toString()")
          .putAll(ZoneId.class, "systemDefault()")
          .putAll(LocalDate.class, "now()")
          .putAll(LocalDateTime.class, "now()")
          .build();

  @Test
  void nothingIsFormattedAsTheMachinesLocaleHasIt() {
    Set<String> forbidden = new HashSet<>();
    OF_THE_MACHINE.forEach((type, method) -> forbidden.add(type.getSimpleName() + "." + method));
    check(
        noClasses()
            .should()
            .callCodeUnitWhere(
                describe(
                    "depends on the machine's locale, charset or time zone (give Locale.ROOT,"
                        + " UTF_8 or a zone)",
                    call -> forbidden.contains(signature(call)))));
  }

  /** Class, method and types of parameters, without packages. */
  private static String signature(JavaAccess<? extends CodeUnitAccessTarget> call) {
    return call.getTargetOwner().getSimpleName()
        + "."
        + call.getTarget().getName()
        + call.getTarget().getRawParameterTypes().stream()
            .map(JavaClass::getSimpleName)
            .collect(Collectors.joining(", ", "(", ")"));
  }

  @Test
  void theNamesInTheRuleAboutTheMachineExist() {
    OF_THE_MACHINE.forEach(
        (type, method) ->
            assertTrue(
                Stream.concat(
                        Arrays.stream(type.getConstructors()), Arrays.stream(type.getMethods()))
                    .anyMatch(
                        each ->
                            method.equals(
                                (each instanceof Method ? each.getName() : "<init>")
                                    + Arrays.stream(each.getParameterTypes())
                                        .map(Class::getSimpleName)
                                        .collect(Collectors.joining(", ", "(", ")")))),
                () -> type + " " + method));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }
}
