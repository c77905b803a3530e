/**
 * The pages for a browser: {@code report.html} and {@code explore.html}. Each is one file that
 * needs no network; charts are SVG computed here, a short script adds hovering and filters.
 *
 * <p>Entry points: {@link io.xbarflow.cli.page.ReportPage}, {@link
 * io.xbarflow.cli.page.ExplorePage}. Depends on {@code core}, and on {@code testbench} and {@code
 * mapper.explore} for the records of their artefacts.
 */
package io.xbarflow.cli.page;
