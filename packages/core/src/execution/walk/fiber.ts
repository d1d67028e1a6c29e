/**
 * Fibers: the walk of a pattern is a tree of generators, and branches that go on side by side are fibers on one
 * queue. Everything is synchronous; which fiber runs next depends only on the order in which they were woken.
 */

/** A part of the walk. It yields how it wants to be woken, and returns its result. */
export type Walk<T> = Generator<Suspension, T, void>;

/** Called with what wakes the fiber; it must be called at most once. */
export type Suspension = (wake: () => void) => void;

/** A class, as is all that leads to a run's walk (docs/algorithms/memory-of-a-run.md). */
class Fiber {
  readonly #advance: (fiber: Fiber) => void;
  readonly #ready: Fiber[];

  constructor(ready: Fiber[], advance: (fiber: Fiber) => void) {
    this.#ready = ready;
    this.#advance = advance;
  }

  advance(): void {
    this.#advance(this);
  }

  readonly wake = (): void => void this.#ready.push(this);
}

/** Runs fibers first in, first out. */
export class Fibers {
  readonly #ready: Fiber[] = [];

  /** Starts a fiber; it first runs when those already awake have run. */
  spawn<T>(walk: Walk<T>, ended: (result: T) => void): void {
    const fiber = new Fiber(this.#ready, ({ wake }) => {
      const step = walk.next();
      if (step.done) ended(step.value);
      else step.value(wake);
    });
    fiber.wake();
  }

  /** Runs until every fiber has ended or waits. */
  run(): void {
    // Those that are woken meanwhile come behind the others.
    for (const fiber of this.#ready) fiber.advance();
    this.#ready.length = 0;
  }
}

/** Where fibers leave results for the one that awaits them. */
export class Mailbox<T> {
  readonly #letters: T[] = [];
  #taken = 0;
  #wake: (() => void) | undefined;

  put(letter: T): void {
    this.#letters.push(letter);
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** The oldest letter not taken yet; waits for one. */
  *take(): Walk<T> {
    while (this.#taken >= this.#letters.length) {
      yield (wake) => {
        this.#wake = wake;
      };
    }
    return this.#letters[this.#taken++] as T;
  }
}
