/** Reeve under each preset, thresholds on: what caution costs. */
import type { PolicyKind } from "./policy.ts";
import { reeve } from "./reeve-policy.ts";

export function presetPolicies(): readonly PolicyKind[] {
  return [
    reeve({ name: "development", preset: { threshold: 0.6 }, confidence: { memory: "eager" } }),
    reeve({ name: "staging", preset: { threshold: 0.75 }, confidence: { memory: "steady" } }),
    reeve({
      name: "production",
      preset: { threshold: 0.85 },
      confidence: { memory: "conservative" },
      errorTolerance: 0.02,
    }),
  ];
}
