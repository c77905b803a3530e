package io.xbarflow.testbench;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Link;
import io.xbarflow.testbench.HarnessResult.LinkResult;
import io.xbarflow.testbench.HarnessResult.Mismatch;
import io.xbarflow.testbench.HarnessResult.Verdict;
import io.xbarflow.testbench.HarnessResult.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says in words what went wrong and where it began. */
final class Triage {
  private static final int MOST_LISTED = 12;

  /** The harness says so: what was printed before it, with everything at random, means nothing. */
  private static final String RESET_DONE = "reset done";

  private final PipelineNames names;
  private final ImmutableSet<String> signedTensors;
  private final HarnessResult result;
  private final ImmutableMap<String, LinkResult> links;

  Triage(PipelineNames names, ImmutableSet<String> signedTensors, HarnessResult result) {
    this.names = names;
    this.signedTensors = signedTensors;
    this.result = result;
    links = result.linksByName();
  }

  /** The first link, from the inputs on, that carried a wrong value. */
  Optional<Link> culprit() {
    return names.links().stream()
        .filter(link -> links.get(link.name()).mismatches() > 0)
        .findFirst();
  }

  /** The cycle a waveform should show; empty when nothing is wrong that a waveform explains. */
  Optional<Long> cycleOfInterest() {
    Optional<Long> wrongValue =
        culprit().map(link -> links.get(link.name()).first().get(0).cycle());
    Optional<Long> violation = result.violations().stream().findFirst().map(Violation::cycle);
    if (wrongValue.isPresent() || violation.isPresent()) {
      return Optional.of(
          Math.min(wrongValue.orElse(Long.MAX_VALUE), violation.orElse(Long.MAX_VALUE)));
    }
    return result.verdict() == Verdict.DONE
        ? Optional.empty()
        : Optional.of(
            result.verdict() == Verdict.DEADLOCK ? result.lastProgress() : result.cycles() - 1);
  }

  /** The link whose producer a waveform should show. */
  Optional<String> linkOfInterest() {
    return culprit()
        .map(Link::name)
        .or(() -> result.violations().stream().findFirst().map(Violation::link))
        .or(
            () ->
                names.links().stream()
                    .map(Link::name)
                    .filter(name -> !links.get(name).done())
                    .findFirst());
  }

  /** Everything that is wrong apart from cycles. */
  ImmutableList<String> findings(List<String> simulatorOutput) {
    ImmutableList.Builder<String> findings = ImmutableList.builder();
    if (result.verdict() == Verdict.ASSERTION || result.verdict() == Verdict.FINISHED_ITSELF) {
      findings.add(stopped(simulatorOutput));
    }
    culprit().ifPresent(link -> findings.add(wrongValues(link)));
    if (result.violationCount() > 0) {
      findings.add(violations());
    }
    if (result.verdict() == Verdict.DEADLOCK) {
      findings.add(deadlock());
    }
    return findings.build();
  }

  private String stopped(List<String> simulatorOutput) {
    List<String> said =
        simulatorOutput.stream()
            .skip(simulatorOutput.indexOf(RESET_DONE) + 1)
            .filter(line -> !line.startsWith("progress "))
            .limit(5)
            .toList();
    return (result.verdict() == Verdict.ASSERTION
            ? "an assertion in the Verilog failed"
            : "the Verilog called $finish")
        + " in cycle "
        + (result.cycles() - 1)
        + ": "
        + String.join(" | ", said);
  }

  private String wrongValues(Link link) {
    LinkResult seen = links.get(link.name());
    Mismatch first = seen.first().get(0);
    long others =
        names.links().stream()
            .filter(other -> !other.name().equals(link.name()))
            .filter(other -> links.get(other.name()).mismatches() > 0)
            .count();
    return String.format(
        Locale.ROOT,
        "%s: image %d, pixel (%d,%d), channel %d, cycle %d: expected %d, got %d; %d of %d values"
            + " here differ; every link before it agrees%s",
        names.place(link.name()),
        first.image(),
        first.row(),
        first.column(),
        first.channel(),
        first.cycle(),
        value(link, first.expected()),
        value(link, first.got()),
        seen.mismatches(),
        seen.values(),
        others == 0 ? ", and so does every one after it" : ", " + others + " after it differ too");
  }

  private int value(Link link, int raw) {
    return signedTensors.contains(link.tensor()) ? (byte) raw : raw;
  }

  private String violations() {
    Violation first = result.violations().get(0);
    return String.format(
        Locale.ROOT,
        "stream protocol: %s: image %d, cycle %d: %s (%s); %d violations in all",
        names.place(first.link()),
        first.image(),
        first.cycle(),
        first.kind().meaning(),
        first.kind(),
        result.violationCount());
  }

  private String deadlock() {
    List<String> stuck = new ArrayList<>();
    for (Link link : names.links()) {
      LinkResult seen = links.get(link.name());
      if (seen.done() || seen.valid() == seen.ready()) {
        continue;
      }
      String beats =
          "beat "
              + (seen.beats() % link.beatsPerImage())
              + " of "
              + link.beatsPerImage()
              + " of image "
              + seen.beats() / link.beatsPerImage();
      stuck.add(
          seen.valid()
              ? names.producerName(link.name())
                  + " offers "
                  + beats
                  + " on link "
                  + link.name()
                  + ", but "
                  + names
                      .consumer(link.name())
                      .map(block -> refusal(block, link))
                      .orElse("the chip output does not take it")
              : names
                      .consumer(link.name())
                      .map(PipelineNames::kindAndName)
                      .orElse("the chip output")
                  + " waits for "
                  + beats
                  + " on link "
                  + link.name()
                  + " from "
                  + names.producerName(link.name()));
    }
    for (Link link : names.links()) {
      LinkResult seen = links.get(link.name());
      if (!seen.done() && !seen.valid() && !seen.ready()) {
        stuck.add("link " + link.name() + " is idle at both ends");
      }
    }
    int hidden = Math.max(0, stuck.size() - MOST_LISTED);
    return "deadlock: nothing has moved since cycle "
        + result.lastProgress()
        + ": "
        + String.join("; ", stuck.subList(0, stuck.size() - hidden))
        + (hidden == 0 ? "" : "; and " + hidden + " links more");
  }

  /** Why {@code block} does not take the beat offered on {@code link}. */
  private String refusal(Block block, Link link) {
    if (block instanceof Block.Fifo fifo) {
      return "fifo " + fifo.name() + " is full (" + fifo.depthBeats() + " beats)";
    }
    Optional<String> missing =
        block.inputs().stream()
            .filter(other -> !other.equals(link.name()))
            .filter(other -> !links.get(other).valid() && !links.get(other).done())
            .findFirst();
    if (missing.isPresent()) {
      return PipelineNames.kindAndName(block)
          + " waits for link "
          + missing.get()
          + " from "
          + names.producerName(missing.get());
    }
    Optional<String> blocked =
        block.outputs().stream()
            .filter(out -> links.get(out).valid() && !links.get(out).ready())
            .findFirst();
    return blocked.isPresent()
        ? PipelineNames.kindAndName(block) + " cannot hand on its own link " + blocked.get()
        : PipelineNames.kindAndName(block) + " does not take it";
  }

  /** The first link whose images end in other cycles than predicted. */
  Optional<String> wrongCycles(ImmutableMap<String, ImmutableList<Long>> predicted) {
    String first = null;
    int differing = 0;
    for (Link link : names.links()) {
      ImmutableList<Long> measured = links.get(link.name()).imageEnds();
      ImmutableList<Long> promised = predicted.get(link.name());
      for (int image = 0; image < measured.size(); image++) {
        if (!measured.get(image).equals(promised.get(image))) {
          differing++;
          if (first == null) {
            first =
                String.format(
                    Locale.ROOT,
                    "cycles: %s: image %d ends in cycle %d, predicted %d (%+d)",
                    names.place(link.name()),
                    image,
                    measured.get(image),
                    promised.get(image),
                    measured.get(image) - promised.get(image));
          }
          break;
        }
      }
    }
    return first == null
        ? Optional.empty()
        : Optional.of(
            first
                + "; it is the first of "
                + differing
                + " links that differ, of "
                + names.links().size()
                + "; a link also ends late when a block after it takes its beats late");
  }
}
