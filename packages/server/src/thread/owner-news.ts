/** The runtime's news in the server's thread: asks for them, and waits for them as long as it is worth while. */
import type { Engine } from "@reeve/core";
import { Feed } from "../board/feed.ts";
import type { Handed } from "./hand-over.ts";

/** A runtime that takes longer is busy or blocked: what is known is shown then. */
const PATIENCE_MS = 200;

export class OwnerNews {
  readonly feed: Feed = new Feed();
  readonly #engine: Engine;
  readonly #ask: () => void;
  #asked: { readonly at: number; readonly answered: PromiseWithResolvers<void> } | undefined;

  /** @param first what was known when the thread began */
  constructor(engine: Engine, first: Handed, ask: () => void) {
    this.#engine = engine;
    this.#ask = ask;
    this.take(first);
  }

  take({ states, ...news }: Handed): void {
    this.#engine.adoptFolds(states);
    this.feed.push(news);
    this.#asked?.answered.resolve();
    this.#asked = undefined;
  }

  /** Resolves when the answer to a question asked by now has come, or when it is late. */
  readonly fresh = async (): Promise<void> => {
    if (!this.#asked) {
      this.#asked = { at: performance.now(), answered: Promise.withResolvers() };
      this.#ask();
    }
    const { at, answered } = this.#asked;
    const leftMs = at + PATIENCE_MS - performance.now();
    if (leftMs <= 0) return;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, leftMs);
    await Promise.race([answered.promise, late]);
    clearTimeout(timer);
  };
}
