package io.xbarflow.core.text;

import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Gives every name from outside one legal Verilog name, which is also the name of a file: lower
 * case letters, digits and single underscores. The same names in the same order give the same
 * result.
 */
public final class VerilogNames {
  /** Characters of a legal name: with what the generator adds, still the name of a file. */
  public static final int LONGEST = 200;

  /** Characters kept of a name from outside. */
  private static final int LONGEST_KEPT = 100;

  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9]*(?:_[a-z0-9]+)*");

  /** Of IEEE 1364-2005 and IEEE 1800-2017. */
  private static final ImmutableSet<String> KEYWORDS =
      words(
          """
accept_on alias always always_comb always_ff always_latch and assert assign assume
automatic before begin bind bins binsof bit break buf bufif0 bufif1 byte case casex casez
cell chandle checker class clocking cmos config const constraint context continue cover
covergroup coverpoint cross deassign default defparam design disable dist do edge else end
endcase endchecker endclass endclocking endconfig endfunction endgenerate endgroup
endinterface endmodule endpackage endprimitive endprogram endproperty endsequence
endspecify endtable endtask enum event eventually expect export extends extern final
first_match for force foreach forever fork forkjoin function generate genvar global highz0
highz1 if iff ifnone ignore_bins illegal_bins implements implies import incdir include
initial inout input inside instance int integer interconnect interface intersect join
join_any join_none large let liblist library local localparam logic longint macromodule
matches medium modport module nand negedge nettype new nexttime nmos nor noshowcancelled
not notif0 notif1 null or output package packed parameter pmos posedge primitive priority
program property protected pull0 pull1 pulldown pullup pulsestyle_ondetect
pulsestyle_onevent pure rand randc randcase randsequence rcmos real realtime ref reg
reject_on release repeat restrict return rnmos rpmos rtran rtranif0 rtranif1 s_always
s_eventually s_nexttime s_until s_until_with scalared sequence shortint shortreal
showcancelled signed small soft solve specify specparam static string strong strong0
strong1 struct super supply0 supply1 sync_accept_on sync_reject_on table tagged task this
throughout time timeprecision timeunit tran tranif0 tranif1 tri tri0 tri1 triand trior
trireg type typedef union unique unique0 unsigned until until_with untyped use uwire var
vectored virtual void wait wait_order wand weak weak0 weak1 while wildcard wire with within
wor xnor xor
""");

  /** Of C++20, in which simulators are written, and macros of its headers. */
  private static final ImmutableSet<String> CPP_KEYWORDS =
      words(
          """
alignas alignof and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bitand bitor
bool catch char char8_t char16_t char32_t co_await co_return co_yield compl concept
const_cast consteval constexpr constinit decltype delete double dynamic_cast errno explicit
false float friend goto inline linux long mutable namespace noexcept not_eq nullptr
operator or_eq pascal private public reflexpr register reinterpret_cast requires short
sizeof static_assert static_cast stderr stdin stdout switch synchronized template
thread_local throw true try typeid typename unix using volatile wchar_t xor_eq
""");

  /** Clock and reset of every module; with u_ or _valid, what the top module has anyway. */
  private static final ImmutableSet<String> PORTS =
      ImmutableSet.of("clk", "rst_n", "bad", "reset", "frame_marks");

  /**
   * How instances of blocks begin, and what makes other instances of them: {@code u_<block>},
   * {@code u_align_<link>}, {@code u_<block>_constants}. Without these, instances and signals of
   * two names never meet.
   */
  private static final ImmutableSet<String> BEGINNINGS = ImmutableSet.of("u_", "align_");

  private static final String ENDING = "_constants";

  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> counts = new HashMap<>(); // by base, the last number tried

  private static ImmutableSet<String> words(String text) {
    return ImmutableSet.copyOf(Splitter.onPattern("\\s+").omitEmptyStrings().split(text));
  }

  /** Whether {@code word} is a keyword of Verilog-2005 or SystemVerilog-2017. */
  public static boolean isKeyword(String word) {
    return KEYWORDS.contains(word);
  }

  /** Whether {@code name} can name a module, an instance and a file. */
  public static boolean isLegal(String name) {
    return name.length() <= LONGEST && FORM.matcher(name).matches() && !isReserved(name);
  }

  private static boolean isReserved(String name) {
    return KEYWORDS.contains(name)
        || CPP_KEYWORDS.contains(name)
        || PORTS.contains(name)
        || beginsLikeInstances(name)
        || name.endsWith(ENDING);
  }

  private static boolean beginsLikeInstances(String name) {
    return BEGINNINGS.stream().anyMatch(name::startsWith);
  }

  /** A legal name for {@code original} that was not given before. */
  public String legalise(String original) {
    String base = base(original);
    String unique = base;
    while (!taken.add(unique)) {
      unique = base + "_" + counts.merge(base, 2, (last, second) -> last + 1);
    }
    return unique;
  }

  private static String base(String original) {
    StringBuilder name = new StringBuilder();
    int length = Math.min(original.length(), 100 * LONGEST_KEPT);
    for (int i = 0; i < length && name.length() < LONGEST_KEPT; i++) {
      char character = Ascii.toLowerCase(original.charAt(i));
      boolean legal =
          (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9');
      if (legal) {
        name.append(character);
      } else if (name.length() > 0 && name.charAt(name.length() - 1) != '_') {
        name.append('_');
      }
    }
    while (name.length() > 0 && name.charAt(name.length() - 1) == '_') {
      name.setLength(name.length() - 1);
    }
    if (name.length() == 0 || Character.isDigit(name.charAt(0))) {
      name.insert(0, "n");
    }
    if (beginsLikeInstances(name.toString())) {
      name.insert(0, "n_");
    }
    return isReserved(name.toString()) ? name + "_x" : name.toString();
  }
}
