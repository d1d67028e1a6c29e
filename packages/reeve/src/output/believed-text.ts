/** What is believed of a pattern, in words and figures. */

/** Fewer outcomes than this are little evidence. */
const EVIDENCE_MIN = 5;
/** From this probability on it is said that a memory may be out of date. */
const DOUBT_TOLD_FROM = 0.1;

export function percentText(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Dollars; empty where it is not known. */
export function costText(costUsd: number | undefined): string {
  return costUsd === undefined ? "" : `$${Number(costUsd.toPrecision(2))}`;
}

/** Such as "81 to 95 %". */
export function rangeText({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${Math.round(low * 100)} to ${percentText(high)}`;
}

/** What a reader should bear in mind with the figures; empty where there is nothing. */
export function cautionText(posterior: {
  readonly evidence: number;
  readonly doubt?: { readonly share: number };
}): string {
  if (posterior.evidence < EVIDENCE_MIN) return "little evidence";
  return (posterior.doubt?.share ?? 0) >= DOUBT_TOLD_FROM ? "may have changed" : "";
}
