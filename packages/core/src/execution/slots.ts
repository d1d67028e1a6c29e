/** A fixed number of slots, handed out first come, first served. */
import type { CancelTimer } from "../clock.ts";
import type { Gate } from "../engine/engine.ts";

export function slots(count: number): Gate {
  let free = count;
  let handing = false;
  const queue = new Set<() => void>();
  // Whoever enters may leave at once; a loop instead of recursion, however long the queue is.
  const hand = (): void => {
    if (handing) return;
    handing = true;
    for (const next of queue) {
      if (free === 0) break;
      queue.delete(next);
      free--;
      next();
    }
    handing = false;
  };
  return {
    tryEnter: () => {
      if (free === 0) return false;
      free--;
      return true;
    },
    queue: (entered): CancelTimer => {
      // Wrapped, so that the same function can wait twice.
      const place = (): void => entered();
      queue.add(place);
      return () => void queue.delete(place);
    },
    leave: () => {
      free++;
      hand();
    },
  };
}
