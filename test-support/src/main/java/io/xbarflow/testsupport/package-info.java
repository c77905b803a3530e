/**
 * What tests of several modules need: where third-party models are, and annotations that skip a
 * test visibly, with the reason in the report, where those models are missing or only a long run
 * includes it. Start with {@link io.xbarflow.testsupport.ThirdPartyModels}. Depends on JUnit only;
 * other modules use it in test scope.
 */
package io.xbarflow.testsupport;
