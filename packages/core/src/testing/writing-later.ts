/**
 * A store whose commits take some turns of the event loop, always the same number, as if a thread wrote them: those that
 * are given meanwhile are stored after them, or refused with them.
 */
import type { Store } from "../engine/store.ts";
import { overlay } from "./overlay.ts";

/** So many are stored or wait for it. */
const BATCHES_MAX = 3;

/** Wraps `inner`, which writes at once. */
export function writingLater(inner: Store): Store {
  let [given, last] = [0, Promise.resolve()];
  return overlay(inner, {
    takesAnother: () => given < BATCHES_MAX,
    commit: (batch) => {
      const before = given++ === 0 ? Promise.resolve() : last;
      last = (async () => {
        try {
          await before;
          await nextTurn();
          await inner.commit(batch);
          // It can be read already, and nobody was told.
          await nextTurn();
        } finally {
          given--;
        }
      })();
      return last;
    },
  });
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
