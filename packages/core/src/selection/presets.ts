/** The named settings of choosing, as plain values, so that they can be printed and merged with others. */
import type { ChoosePreset } from "./choose.ts";

/** How much is risked: `development` tries most, `production` least. */
export type PresetName = "development" | "staging" | "production";

/** From the one that believes soonest in a change to the one that asks for most evidence. */
export const memories: readonly ["eager", "steady", "conservative"] = ["eager", "steady", "conservative"];

/** Settings of choosing. */
export interface ChoosingSettings extends Required<ChoosePreset> {
  /** How fast beliefs follow what happens lately. */
  readonly memory: (typeof memories)[number];
  /** Failure share over the last 50 runs of a domain above which nothing is explored there, 0 to 1. */
  readonly errorTolerance: number;
  /**
   * Default limit per attempt of agents that set neither `timeoutMs` nor `heartbeatTimeoutMs`, in milliseconds;
   * undefined: none.
   */
  readonly timeoutMs: number | undefined;
}

export const presets: { readonly [name in PresetName]: ChoosingSettings } = {
  development: {
    threshold: 0.6,
    width: 0.5,
    floor: 0.01,
    memory: "eager",
    errorTolerance: 1,
    timeoutMs: 120_000,
  },
  staging: {
    threshold: 0.75,
    width: 0.5,
    floor: 0.01,
    memory: "steady",
    errorTolerance: 1,
    timeoutMs: 60_000,
  },
  production: {
    threshold: 0.85,
    width: 0.35,
    floor: 0.01,
    memory: "conservative",
    errorTolerance: 0.02,
    timeoutMs: 30_000,
  },
};

/**
 * Where no preset is named: it chooses as `development` does, but sets no limits on attempts, since a program that
 * never asked for presets must not find its long steps stopped.
 */
export const unnamedPreset: ChoosingSettings = { ...presets.development, timeoutMs: undefined };
