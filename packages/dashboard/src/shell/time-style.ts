/** Whether times are shown in full, for whoever compares them with other logs; kept in this browser. */
import { effect, signal, type ReadonlySignal } from "@preact/signals";

const KEY = "reeve-exact-times";
const exact = signal(readKept());

/** Dates with seconds in the place of "2 min ago". */
export const isExact: ReadonlySignal<boolean> = exact;

/** Shows times the other way. */
export function switchTimes(): void {
  exact.value = !exact.value;
}

/** Keeps what was chosen; called once. */
export function keepTimeStyle(): void {
  effect(() => {
    try {
      if (exact.value) window.localStorage.setItem(KEY, "yes");
      else window.localStorage.removeItem(KEY);
    } catch {
      // ignore: without storage the choice lasts as long as the page
    }
  });
}

function readKept(): boolean {
  try {
    return window.localStorage.getItem(KEY) !== null;
  } catch {
    // ignore: storage may be forbidden; then times are short
    return false;
  }
}
