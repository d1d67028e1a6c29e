/** Whether more work may start: the decision alone, so that whoever holds work back can be tested by values. */
import type { ResourceUse } from "./resources.ts";

/** How busy the machine may be for a further task to start; what is left out does not hold back. */
export interface ResourceLimits {
  /** Share of the processor time, 0 to 1. */
  readonly cpu?: number | undefined;
  /** Share of the memory, 0 to 1. */
  readonly memory?: number | undefined;
}

/**
 * False while the machine is busier than `limits`; exactly as busy still fits. It knows nothing of other tasks: that
 * the only runnable one is never held back is for the caller to see to.
 */
export function fits(now: ResourceUse, limits: ResourceLimits): boolean {
  return now.cpu <= (limits.cpu ?? Infinity) && now.memory <= (limits.memory ?? Infinity);
}

const FIRST_WAIT_MS = 250;
const WAIT_MS_MAX = 5_000;

/**
 * How long to wait before a task that was held back is asked about again, in milliseconds: 250, doubling to 5,000. The
 * first wait is one sample long, as nothing changes sooner; a machine that stays busy is asked about 12 times a minute.
 * @param heldBack how often this task was held back before, 0 or more
 */
export function askAgainMs(heldBack: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** heldBack, WAIT_MS_MAX);
}
