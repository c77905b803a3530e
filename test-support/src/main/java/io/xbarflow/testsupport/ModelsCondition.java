package io.xbarflow.testsupport;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Whether the third-party models are there. */
final class ModelsCondition implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return ThirdPartyModels.present()
        ? ConditionEvaluationResult.enabled("third-party models found")
        : ConditionEvaluationResult.disabled(
            "no third-party models in "
                + ThirdPartyModels.folder()
                + "; "
                + ThirdPartyModels.VARIABLE
                + " names another folder");
  }
}
