package io.xbarflow.testbench.kit;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;

/** Collects the findings of one check: the first few, and how many more there are. */
final class Findings {
  private static final int SHOWN = 3;

  private final String check;
  private final List<Finding> findings = new ArrayList<>();
  private int more;

  Findings(String check) {
    this.check = check;
  }

  void add(String found, String change) {
    if (findings.size() < SHOWN) {
      findings.add(new Finding(check, found, change));
    } else {
      more++;
    }
  }

  /** Name of the check. */
  String name() {
    return check;
  }

  boolean isEmpty() {
    return findings.isEmpty();
  }

  Check check(String done) {
    ImmutableList.Builder<Finding> all = ImmutableList.<Finding>builder().addAll(findings);
    if (more > 0) {
      all.add(new Finding(check, more + " more like these", "Mend the first, then check again."));
    }
    return new Check(check, done, all.build());
  }
}
