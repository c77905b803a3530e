package io.xbarflow.cli.page;

import com.google.common.collect.ImmutableList;
import io.xbarflow.core.mapping.ActivationMemory;
import io.xbarflow.core.mapping.Block;
import io.xbarflow.core.mapping.Fetch;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.timing.StreamHistory;
import java.util.List;
import java.util.Optional;

/** What each layer uses of its macros, of time and of memory. */
final class LayerTables {
  private final Chip chip;
  private final Timeline timeline;

  LayerTables(Chip chip, Timeline timeline) {
    this.chip = chip;
    this.timeline = timeline;
  }

  /** Link to the section of {@code station}. */
  static Element link(Chip.Station station) {
    return Element.of("a", station.label())
        .with("href", "#" + station.anchor())
        .with("data-layer", station.anchor());
  }

  private static Element row(Chip.Station station) {
    return Element.of("tr").with("data-layer", station.anchor());
  }

  /** Macros. */
  Element arrays() {
    Table table =
        new Table(
            "Crossbar arrays of each layer",
            ImmutableList.of(
                "layer",
                "operator",
                "core type",
                "macros",
                "copies",
                "pixels an MVM",
                "MVMs an image",
                "computing, of an image's cycles",
                "cells with a weight"));
    for (Chip.Station station : chip.layers()) {
      station
          .core()
          .ifPresent(core -> table.row(row(station), link(station), array(station, core)));
    }
    return table.element();
  }

  private List<?> array(Chip.Station station, Block.ImcCore core) {
    Use use = Use.of(core, (Layer.Convolution) station.layer().orElseThrow());
    double busy = (double) use.busyCycles() / chip.interval();
    double cells = (double) use.cellsUsed() / use.cells();
    return ImmutableList.of(
        Describe.operator(station),
        core.array().core().type(),
        Words.number(core.array().macros()),
        Words.number(core.array().copies()),
        Words.number(core.fetch().patch().pixels()),
        Words.number(use.mvms()),
        Table.bar(Words.percent(use.busyCycles(), chip.interval()), busy),
        Table.bar(Words.percent(use.cellsUsed(), use.cells()), cells));
  }

  /** Results of each layer in time. */
  Element times() {
    Table table =
        new Table(
            "Results of each layer: image 1, and the steady state",
            ImmutableList.of(
                "layer",
                "image 1: first beat",
                "image 1: last beat",
                "beats an image",
                "carrying beats",
                "waiting for the next layer",
                "nothing to give"));
    for (Chip.Station station : chip.layers()) {
      StreamHistory history = timeline.of(station);
      long beats = chip.output(station).beatsPerImage();
      long held = history.heldCycles().get(Timeline.IMAGES - 1);
      long interval =
          history.imageEnds().get(Timeline.IMAGES - 1)
              - history.imageEnds().get(Timeline.IMAGES - 2);
      table.row(
          row(station),
          link(station),
          ImmutableList.of(
              Words.number(history.imageStarts().get(0)),
              Words.number(history.imageEnds().get(0)),
              Words.number(beats),
              Table.bar(Words.percent(beats, interval), (double) beats / interval),
              Table.bar(Words.percent(held, interval), (double) held / interval),
              Words.percent(interval - beats - held, interval)));
    }
    return table.element();
  }

  /** Activation memory. */
  Element memory() {
    long total = ActivationMemory.bits(chip.mapping().blocks(), chip.links());
    Table table =
        new Table(
            "Activation memory",
            ImmutableList.of(
                "where",
                "what",
                "policy",
                "bits",
                "of the chip's",
                "a sliding window needs, bits"));
    for (Block block : chip.mapping().blocks()) {
      long bits = ActivationMemory.bits(block, chip.links());
      if (bits == 0) {
        continue;
      }
      Optional<Chip.Station> station = station(block);
      table.row(
          station.map(LayerTables::row).orElse(Element.of("tr")),
          station.<Object>map(LayerTables::link).orElse(block.name()),
          ImmutableList.of(
              what(block),
              fetch(block).flatMap(Fetch::ring).map(ring -> ring.memory().word()).orElse(""),
              Words.number(bits),
              Table.bar(Words.percent(bits, total), (double) bits / total),
              fetch(block).map(fetch -> Words.number(fetch.slidingWindowBits())).orElse("")));
    }
    table.row("whole chip", ImmutableList.of("", "", Words.number(total), "", ""));
    return Element.of(
        "div",
        table.element(),
        Element.of(
                "p",
                "The bound for the whole chip is "
                    + Words.number(chip.mapping().bound().activationMemoryBits())
                    + " bits: sliding windows, and what must wait before additions. A ring can lie"
                    + " below its sliding window, since the newest pixels are in a register that is"
                    + " not counted.")
            .styled("note"));
  }

  private Optional<Chip.Station> station(Block block) {
    return chip.layers().stream()
        .filter(station -> station.block().equals(Optional.of(block)))
        .findFirst();
  }

  private static Optional<Fetch> fetch(Block block) {
    if (block instanceof Block.ImcCore core) {
      return Optional.of(core.fetch());
    }
    return block instanceof Block.PoolCore pool ? Optional.of(pool.fetch()) : Optional.empty();
  }

  private static String what(Block block) {
    if (block instanceof Block.RowPool) {
      return "partial results of windows";
    }
    if (block instanceof Block.Fifo || block instanceof Block.Reorder) {
      return Describe.carrier(block);
    }
    return fetch(block)
        .flatMap(Fetch::ring)
        .map(
            ring ->
                "ring of "
                    + Words.count(ring.pixels(), "pixel", "pixels")
                    + " in "
                    + Words.count((long) ring.banks() * ring.classes(), "bank", "banks"))
        .orElseGet(
            () ->
                "window of "
                    + Words.count(fetch(block).orElseThrow().reads().taps(), "pixel", "pixels"));
  }
}
