package io.xbarflow.mapper;

import io.xbarflow.core.architecture.Architecture;
import io.xbarflow.core.mapping.Patch;
import io.xbarflow.core.mapping.StreamOrder;
import io.xbarflow.core.mapping.Tiling;
import io.xbarflow.core.network.Layer;
import io.xbarflow.core.network.Network;
import io.xbarflow.core.network.Shape;
import io.xbarflow.core.network.Tensor;
import java.util.Map;

/**
 * Gives the operands of additions and concatenations one stream order by choice of patches where
 * that costs no macros, no slots and no cycles; elsewhere a memory reorders one of them.
 */
final class Alignment {
  private final Network network;
  private final Architecture architecture;
  private final Map<String, Tensor> tensors;

  private final PipelineCycles cycles;

  private Alignment(Network network, Architecture architecture, PipelineCycles cycles) {
    this.network = network;
    this.cycles = cycles;
    this.architecture = architecture;
    this.tensors = network.tensorsByName();
  }

  /** {@code plan} with patches of other shape where that makes orders equal for nothing. */
  static Plan align(Network network, Architecture architecture, Plan plan, PipelineCycles cycles) {
    return new Alignment(network, architecture, cycles).align(plan);
  }

  private Plan align(Plan plan) {
    Plan aligned = plan;
    StreamOrders orders = orders(plan);
    for (Layer layer : network.layers()) {
      if (layer.inputs().size() > 1) {
        Plan before = aligned;
        StreamOrder wanted = orders.of(layer.output());
        for (String operand : layer.inputs()) {
          if (!orders.of(operand).equals(wanted)) {
            aligned = withOrder(aligned, operand, wanted);
          }
        }
        orders = aligned.equals(before) ? orders : orders(aligned);
      }
    }
    return aligned;
  }

  private StreamOrders orders(Plan plan) {
    return new StreamOrders(network, plan, new Skips(network, plan));
  }

  /** The plan in which the convolution that writes {@code tensor} has patches of {@code order}. */
  private Plan withOrder(Plan plan, String tensor, StreamOrder order) {
    for (Layer layer : network.layers()) {
      if (layer.output().equals(tensor) && layer instanceof Layer.Convolution convolution) {
        LayerPlan before = plan.of(layer);
        Shape output = tensors.get(tensor).shape();
        Patch patch =
            order.raster()
                ? new Patch(1, Math.min(before.patch().pixels(), output.width()))
                : new Patch(order.patchHeight(), order.patchWidth());
        LayerPlan after = before.withPatch(patch);
        if (before.core(architecture).macro().parallel()
            && macros(convolution, after) <= macros(convolution, before)
            && slots(output, after) <= slots(output, before)
            && cycles.ofCore(convolution, after) <= cycles.ofSlowestCore(plan)) {
          Plan changed = plan.with(layer.name(), after);
          return orders(changed).of(tensor).equals(order) ? changed : plan;
        }
      }
    }
    return plan;
  }

  private long macros(Layer.Convolution layer, LayerPlan decision) {
    return decision.copies()
        * Tiling.of(layer, decision.patch(), decision.core(architecture).macro()).macros();
  }

  private static long slots(Shape output, LayerPlan decision) {
    long patches = decision.patch().count(output);
    return (patches + decision.copies() - 1) / decision.copies();
  }
}
