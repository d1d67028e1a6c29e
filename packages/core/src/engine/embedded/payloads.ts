/**
 * Stored values by id: those of the open batch, lately written ones from memory, the others from the store.
 *
 * Most values are read once, right after they were written, as the next step's input; a small cache spares the store
 * that read. It is bounded, oldest out first.
 */
import type { PayloadId } from "../../delegation/reference.ts";
import type { Encoded } from "../engine.ts";

/** At most so many values and characters stay in memory; more would only feed the garbage collector. */
const CACHED_VALUES_MAX = 4_096;
const CACHED_CHARACTERS_MAX = 4_000_000;

export interface PayloadSource {
  uncommittedPayload(id: PayloadId): Encoded | undefined;
  storedPayload(id: PayloadId): Encoded;
}

export class Payloads {
  readonly #source: PayloadSource;
  readonly #cached = new Map<PayloadId, Encoded>();
  #characters = 0;

  constructor(source: PayloadSource) {
    this.#source = source;
  }

  /** @throws ReeveError `file-damaged` when there is no such value. */
  read(id: PayloadId): Encoded {
    return this.#cached.get(id) ?? this.#source.uncommittedPayload(id) ?? this.#source.storedPayload(id);
  }

  /** Keeps what was just written for a while. */
  keep(id: PayloadId, value: Encoded): void {
    this.#cached.set(id, value);
    this.#characters += value.length;
    while (this.#characters > CACHED_CHARACTERS_MAX || this.#cached.size > CACHED_VALUES_MAX) {
      const [oldest] = this.#cached;
      if (!oldest) return;
      this.#cached.delete(oldest[0]);
      this.#characters -= oldest[1].length;
    }
  }
}
