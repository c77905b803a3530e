package io.xbarflow.core.onnx;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How stored operands are repeated along axes of extent 1 until all have the same dimensions (ONNX,
 * multidirectional broadcasting).
 */
final class Broadcast {
  private final ImmutableList<Integer> dims;
  private final int size;
  private final int[][] strides; // of every operand, by axis of the result; 0 where it repeats

  private Broadcast(ImmutableList<Integer> dims, int size, int[][] strides) {
    this.dims = dims;
    this.size = size;
    this.strides = strides;
  }

  /**
   * The operands of {@code node}, of these dimensions, with one another.
   *
   * @throws io.xbarflow.core.diagnostic.UserException when two extents of an axis differ and
   *     neither is 1
   */
  static Broadcast of(Node node, List<ImmutableList<Integer>> operands) {
    int rank = operands.stream().mapToInt(List::size).max().orElse(0);
    List<Integer> dims = new ArrayList<>(Collections.nCopies(rank, 1));
    for (ImmutableList<Integer> operand : operands) {
      int first = rank - operand.size();
      for (int axis = first; axis < rank; axis++) {
        int extent = operand.get(axis - first);
        if (extent != 1 && dims.get(axis) != 1 && dims.get(axis) != extent) {
          throw node.refuse(
              "operands of dimensions " + operands,
              "equal extents, or 1, from the last axis on",
              "Export the model again.");
        }
        dims.set(axis, extent == 1 ? dims.get(axis) : extent);
      }
    }
    int size = Limits.atMost(node.where(), "values", Limits.product(dims), Limits.STORED_VALUES);
    int[][] strides = new int[operands.size()][rank];
    for (int i = 0; i < strides.length; i++) {
      ImmutableList<Integer> own = operands.get(i);
      int stride = 1;
      for (int axis = rank - 1; axis >= rank - own.size(); axis--) {
        int extent = own.get(axis - (rank - own.size()));
        strides[i][axis] = extent == 1 ? 0 : stride;
        stride *= extent;
      }
    }
    return new Broadcast(ImmutableList.copyOf(dims), size, strides);
  }

  /** Dimensions of the result. */
  ImmutableList<Integer> dims() {
    return dims;
  }

  /** Values of the result. */
  int size() {
    return size;
  }

  /** The value of operand {@code operand} that meets value {@code index} of the result. */
  int of(int operand, int index) {
    int rest = index;
    int from = 0;
    for (int axis = dims.size() - 1; axis >= 0; axis--) {
      from += rest % dims.get(axis) * strides[operand][axis];
      rest /= dims.get(axis);
    }
    return from;
  }
}
