/** What spans and attributes are called: OpenTelemetry's conventions for generative AI, and names of our own. */

/** The conventions' version that the names below are of; most of it is in development. */
export const CONVENTIONS_VERSION = "1.45.0";

export const WORKFLOW = "invoke_workflow";
export const AGENT = "invoke_agent";
/** Of what the conventions have no name for. */
export const CHOICE = "choose_pattern";
export const DELEGATE = "delegate";

export const names = {
  operation: "gen_ai.operation.name",
  workflow: "gen_ai.workflow.name",
  agent: "gen_ai.agent.name",
  inputTokens: "gen_ai.usage.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  errorType: "error.type",
  costUsd: "reeve.usage.cost_usd",
  run: "reeve.run.id",
  pattern: "reeve.pattern",
  patternVersion: "reeve.pattern.version",
  domain: "reeve.context.domain",
  outcome: "reeve.outcome",
  kept: "reeve.sampling",
  path: "reeve.path",
  attempt: "reeve.attempt",
  child: "reeve.child.id",
  forkedFrom: "reeve.forked_from.id",
  forkedAt: "reeve.forked_from.path",
  choiceReason: "reeve.choice.reason",
  choiceCandidates: "reeve.choice.candidates",
  choiceMean: "reeve.choice.believed",
  choicePropensity: "reeve.choice.propensity",
  choiceRecovery: "reeve.choice.recovery",
  choiceForced: "reeve.choice.forced",
  unfinished: "reeve.unfinished",
} as const;
