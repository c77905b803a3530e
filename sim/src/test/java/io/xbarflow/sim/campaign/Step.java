package io.xbarflow.sim.campaign;

import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

/**
 * A kind of operator, or of a few that belong together, that a random graph may go on with.
 *
 * @param name what coverage calls it
 * @param weight how often it is drawn, beside the others
 * @param fits whether it may read a feature map
 * @param write draws its attributes and writes it
 */
record Step(
    String name,
    int weight,
    BiPredicate<Walk, FeatureMap> fits,
    BiConsumer<Walk, FeatureMap> write) {}
