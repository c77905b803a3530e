package io.xbarflow.rtlgen.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.diagnostic.UserException;
import io.xbarflow.core.text.Comment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Templates of core types reach only their record, end soon, and their errors are the user's. */
final class UsersTemplateTest {
  /** What a template reads in this test. */
  public record View(
      String module, Comment node, ImmutableList<Integer> lanes, boolean skip, String foreign) {}

  private static final View VIEW =
      new View(
          "crossbar_macro_x",
          Comment.ofName("a\nb"),
          ImmutableList.of(3, 5),
          true,
          "x\n  initial $finish;");

  private final TemplateRenderer renderer = new TemplateRenderer();

  private record Case(String template, String message) {}

  static List<Case> wrongTemplates() {
    return List.of(
        new Case("module\n${v.getClass().forName('java.lang.Runtime')}", "x.v.vm:2"),
        new Case("$v.getClass()", "getClass"),
        new Case("$v.class", "class"),
        new Case("$v.module.getClass().getClassLoader()", "getClass"),
        new Case("$v.module.class.name", "class"),
        new Case("$v.lanes.getClass()", "getClass"),
        new Case("#set($v.module = 'x')", "x.v.vm"),
        new Case("#set($s = '') $s.repeat(1000000000)", "repeat"),
        new Case("$v.lanes.add(7)", "add"),
        new Case("$v.toString()", "toString"),
        new Case("$v.hashCode()", "hashCode"),
        new Case("a\n#include('/etc/passwd')", "#include"),
        new Case("a\n#parse('/etc/passwd')", "#parse"),
        new Case("#evaluate('$v.module')", "#evaluate"),
        new Case("#define($x)y#end $x", "x.v.vm"),
        new Case("#macro(again)#again#end#again", "x.v.vm"),
        new Case("#stop", "#stop"),
        new Case("a\n  $v.nothing\n", "x.v.vm:2"),
        new Case("a\nb $undefined\n", "x.v.vm:2"),
        new Case("#if($v.skip)\nx\n", "x.v.vm"),
        new Case("#foreach($i in $v.lanes\n", "x.v.vm"),
        new Case("#end", "x.v.vm"),
        new Case("${v.foreign}", "no text that may be printed"),
        new Case("$v.lanes", "no text that may be printed"),
        new Case("$v", "no text that may be printed"),
        new Case("#foreach($i in [1..2000000000])#end", "passes"),
        new Case("#foreach($i in [1..100000])#foreach($j in [1..100000])#end#end", "passes"),
        new Case("#foreach($i in [1..9000000])${v.module}#end", "prints more than"),
        new Case(
            "#set($s = 'x')\n#foreach($i in [1..60])#set($s = \"$s$s\")#end", "more than 1048576"),
        new Case(
            "#set($s = 'x')\n#foreach($i in [1..60])#set($s = $s + $s)#end", "more than 1048576"));
  }

  @ParameterizedTest
  @MethodSource("wrongTemplates")
  void wrongTemplateIsTheUsersError(Case each) {
    UserException error =
        assertTimeoutPreemptively(
            Duration.ofSeconds(60),
            () ->
                assertThrows(
                    UserException.class,
                    () -> renderer.renderUsers("/cores/x/x.v.vm", each.template, VIEW)));
    assertTrue(error.getMessage().contains(each.message), error::getMessage);
    assertTrue(error.getMessage().startsWith("/cores/x/x.v.vm"), error::getMessage);
    assertEquals(2, error.diagnostic().kind().exitCode());
  }

  @ParameterizedTest
  @MethodSource("wrongTemplates")
  void theMessageHasTheLine(Case each) {
    UserException error =
        assertThrows(
            UserException.class,
            () -> renderer.renderUsers("x.v.vm", "// one\n// two\n" + each.template, VIEW));
    assertTrue(error.getMessage().matches("(?s)x\\.v\\.vm:[3-9].*"), error::getMessage);
  }

  @Test
  void whatTemplatesMayDo() {
    String text =
        renderer.renderUsers(
            "x.v.vm",
            """
            // Node ${v.node}.
            #set($sum = 0)
            #foreach($lane in $v.lanes)
            #set($sum = $sum + $lane)
            wire [$lane:0] x_$foreach.index;
            #end
            #if($v.skip && $v.lanes.size() == 2)
            module $v.module.toUpperCase() #( .N($sum) ) $signed(x) #[[$write]]#
            #elseif($sum > 3)
            no
            #else
            no
            #end
            """,
            VIEW);
    assertEquals(
        """
        // Node a%0Ab.
        wire [3:0] x_0;
        wire [5:0] x_1;
        module CROSSBAR_MACRO_X #( .N(8) ) $signed(x) $write
        """,
        text);
  }
}
