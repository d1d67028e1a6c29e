/** A store whose commits take some turns of the event loop, always the same number, as if a thread wrote them. */
import type { Store } from "../engine/store.ts";
import { overlay } from "./overlay.ts";

/** Wraps `inner`, which writes at once. */
export function writingLater(inner: Store): Store {
  return overlay(inner, {
    commit: (batch) => {
      return (async () => {
        await nextTurn();
        await inner.commit(batch);
        // It can be read already, and nobody was told.
        await nextTurn();
      })();
    },
  });
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
