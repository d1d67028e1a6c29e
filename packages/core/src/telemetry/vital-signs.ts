/** A fold: how the process that owns the log fared in the last minutes, from its samples. Bounded. */
import type { Fold } from "../delegation/fold.ts";

const SAMPLES_MAX = 12;

/** What one sample says of what alerts watch. */
export interface VitalSign {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly residentBytes: number;
  readonly loopDelayMsMax: number;
  /** Absent where the log is no file. */
  readonly diskFreeBytes?: number;
}

/** The state of the fold `vitalSigns`: the latest last. */
export type VitalSigns = VitalSign[];

export const vitalSigns: Fold<VitalSigns> = {
  name: "vital-signs",
  version: 1,
  kinds: ["resources-sampled"],
  initial: () => [],
  apply: (signs, event) => {
    if (event.kind !== "resources-sampled") return signs;
    const { residentBytes, loopDelayMsMax, diskFreeBytes } = event.sample;
    const disk = diskFreeBytes === undefined ? {} : { diskFreeBytes };
    signs.push({ at: event.at, residentBytes, loopDelayMsMax, ...disk });
    if (signs.length > SAMPLES_MAX) signs.shift();
    return signs;
  },
};

/** The samples of the time just past, the latest last. */
export function signsWithin(signs: VitalSigns, spanMs: number, now: number): readonly VitalSign[] {
  return signs.filter(({ at }) => at > now - spanMs);
}
