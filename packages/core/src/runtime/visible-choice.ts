/** A choice as its reader may see it: patterns he may not use are counted, never named. */
import type { ChoiceRecord, RunChoice } from "../delegation/choice.ts";
import { MISSING_GRANT } from "./field.ts";

/** @param mayUse whether the reader holds what a pattern of this name needs */
export function visibleChoice(choice: RunChoice, mayUse: (pattern: string) => boolean): ChoiceRecord {
  const { features: _features, alsoNew: _alsoNew, ...record } = choice;
  const isHidden = (pattern: string, reason: string): boolean =>
    reason === MISSING_GRANT || (pattern !== choice.pattern && !mayUse(pattern));
  const hidden = record.candidates.filter(({ pattern, reason }) => isHidden(pattern, reason));
  if (hidden.length === 0) return record;
  const { counts = {}, propensity = 0 } = record.others ?? {};
  const isNamed = hidden.some(({ pattern }) => record.reason.includes(pattern));
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
