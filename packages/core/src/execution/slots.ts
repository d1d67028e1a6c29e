/** A fixed number of slots, handed out first come, first served. */
import type { CancelTimer } from "../clock.ts";
import type { Gate } from "../engine/engine.ts";

export function slots(count: number): Gate {
  let free = count;
  const queue = new Set<() => void>();
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
      const [next] = queue;
      if (!next) {
        free++;
        return;
      }
      queue.delete(next);
      next();
    },
  };
}
