/** The time as it is shown: ticks each second while the page is in sight, so that ages stay true. */
import { signal, type ReadonlySignal } from "@preact/signals";

const TICK_MS = 1_000;
const shown = signal(Date.now());

/** Now, to the second. */
export const now: ReadonlySignal<number> = shown;

/** Starts ticking; called once. */
export function startClock(): void {
  setInterval(() => {
    if (document.visibilityState === "visible") shown.value = Date.now();
  }, TICK_MS);
  document.addEventListener("visibilitychange", () => {
    shown.value = Date.now();
  });
}
