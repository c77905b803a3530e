package io.xbarflow.sim;

import static com.google.common.base.Preconditions.checkArgument;

import io.xbarflow.core.tensor.Image;
import io.xbarflow.core.tensor.Labels;
import java.util.List;

/**
 * How many images are classified right: the greatest value of the first network output, the first
 * of several, is that of the label.
 *
 * @param images images that have a label
 * @param right of these, classified right
 * @param idealRight of these, classified right by the network with exact sums
 */
public record Accuracy(int images, int right, int idealRight) {

  /** Fraction of the images classified right; 0 without images. */
  public double top1() {
    return images == 0 ? 0 : (double) right / images;
  }

  /** The same for the network with exact sums. */
  public double idealTop1() {
    return images == 0 ? 0 : (double) idealRight / images;
  }

  /** Counts {@code outputs} and the {@code ideal} ones, one for every label. */
  static Accuracy of(List<Image> outputs, List<Image> ideal, List<Integer> labels) {
    checkArgument(
        outputs.size() == labels.size() && ideal.size() == labels.size(),
        "%s labels for %s images",
        labels.size(),
        outputs.size());
    int images = 0;
    int right = 0;
    int idealRight = 0;
    for (int i = 0; i < labels.size(); i++) {
      int label = labels.get(i);
      if (label != Labels.NONE) {
        images++;
        right += greatest(outputs.get(i)) == label ? 1 : 0;
        idealRight += greatest(ideal.get(i)) == label ? 1 : 0;
      }
    }
    return new Accuracy(images, right, idealRight);
  }

  /** The class that {@code output} stands for: the place of its greatest value, the first one. */
  public static int greatest(Image output) {
    int[] values = output.toArray();
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
