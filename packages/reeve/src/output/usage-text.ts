/** What a run has used, in words: `1,200 + 34 tokens, $0.05`. */
import type { Usage } from "@reeve/core";
import { costText } from "./believed-text.ts";
import { countText } from "./number-text.ts";

export function usageText({ inputTokens, outputTokens, costUsd }: Required<Usage>): string {
  const tokens =
    inputTokens + outputTokens > 0 ? [`${countText(inputTokens)} + ${countText(outputTokens)} tokens`] : [];
  return [...tokens, ...(costUsd > 0 ? [costText(costUsd)] : [])].join(", ");
}
