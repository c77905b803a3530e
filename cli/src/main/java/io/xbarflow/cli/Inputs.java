package io.xbarflow.cli;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;

/**
 * Which images go in.
 *
 * @param files {@code .npy} or ONNX {@code .pb} files, their images one after the other; empty for
 *     random images
 * @param images how many: of random images, or at most of those in the files; 0 for all in the
 *     files
 * @param seed of random images
 */
record Inputs(ImmutableList<Path> files, int images, long seed) {
  Inputs {
    files = ImmutableList.copyOf(files);
    checkArgument(images >= 0 && (images > 0 || !files.isEmpty()), "%s images", images);
  }
}
