/** Choices, and what was learned, as their reader may see them: patterns he may not use are never named. */
import { missingGrants } from "../delegation/authority.ts";
import type { ChoiceRecord, RunChoice } from "../delegation/choice.ts";
import type { ConfidenceReader } from "../learning/confidence-fold.ts";
import type { Registry } from "../selection/registry.ts";
import { shorten } from "../selection/choose-record.ts";
import { MISSING_GRANT } from "./field.ts";

/** Whether who holds these grants may use a pattern of this name; one that is not registered needs none. */
export function usableWith(grants: readonly string[], registry: Registry): (pattern: string) => boolean {
  return (pattern) => missingGrants(grants, registry.latest(pattern)?.requires ?? []).length === 0;
}

/** What was learned, without the patterns that its reader may not use: of them nothing is known. */
export function visibleConfidence(
  confidence: ConfidenceReader,
  mayUse: (pattern: string) => boolean,
): ConfidenceReader {
  return {
    patterns: () => confidence.patterns().filter(mayUse),
    domains: (pattern) => (mayUse(pattern) ? confidence.domains(pattern) : []),
    // No pattern has an empty name.
    posterior: (pattern, ...context) => confidence.posterior(mayUse(pattern) ? pattern : "", ...context),
    scale: (features) => confidence.scale(features),
  };
}

/**
 * A choice as it may be shown to a reader: candidates that he may not use are counted, not named. For those who read
 * `run-started` events and check credentials themselves, such as a server; `RunHandle.choice()` is so already.
 * @param mayUse whether the reader holds what a pattern of this name needs
 */
export function visibleChoice(choice: RunChoice, mayUse: (pattern: string) => boolean): ChoiceRecord {
  const { features: _features, alsoNew: _alsoNew, ...record } = choice;
  const isHidden = (pattern: string, reason: string): boolean =>
    reason === MISSING_GRANT || (pattern !== choice.pattern && !mayUse(pattern));
  const hidden = record.candidates.filter(({ pattern, reason }) => isHidden(pattern, reason));
  if (hidden.length === 0) return record;
  const { counts = {}, propensity = 0 } = record.others ?? {};
  const isNamed = hidden.some(({ pattern }) => record.reason.includes(shorten(pattern)));
  return {
    ...record,
    reason: isNamed ? `${choice.pattern ?? "no pattern"} was chosen` : record.reason,
    candidates: record.candidates.filter(({ pattern, reason }) => !isHidden(pattern, reason)),
    others: {
      counts: { ...counts, [MISSING_GRANT]: (counts[MISSING_GRANT] ?? 0) + hidden.length },
      propensity: hidden.reduce((sum, each) => sum + each.propensity, propensity),
    },
  };
}
