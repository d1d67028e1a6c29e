/**
 * Stored values by id: those of the open batch, lately written ones from memory, the others from the store.
 *
 * Most values are read once, right after they were written, as the next step's input; a small cache spares the store
 * that read. It is bounded.
 */
import type { PayloadId } from "../../delegation/reference.ts";
import type { Encoded } from "../engine.ts";

/** A generation is full at so many values or characters; two of them stay in memory, at most 16 MB. */
const GENERATION_VALUES_MAX = 2_048;
const GENERATION_CHARACTERS_MAX = 2_000_000;

export interface PayloadSource {
  uncommittedPayload(id: PayloadId): Encoded | undefined;
  storedPayload(id: PayloadId): Encoded;
}

/**
 * Kept in two generations, the elder dropped as a whole: a `Map` whose oldest entries are deleted one by one gets slow,
 * because finding the first one left means stepping over the deleted ones.
 */
export class Payloads {
  readonly #source: PayloadSource;
  #young = new Map<PayloadId, Encoded>();
  #elder = new Map<PayloadId, Encoded>();
  #youngCharacters = 0;

  constructor(source: PayloadSource) {
    this.#source = source;
  }

  /** @throws ReeveError `file-damaged` when there is no such value. */
  read(id: PayloadId): Encoded {
    return (
      this.#young.get(id) ??
      this.#elder.get(id) ??
      this.#source.uncommittedPayload(id) ??
      this.#source.storedPayload(id)
    );
  }

  /** Keeps what was just written for a while. */
  keep(id: PayloadId, value: Encoded): void {
    if (value.length > GENERATION_CHARACTERS_MAX) return;
    const full =
      this.#young.size >= GENERATION_VALUES_MAX ||
      this.#youngCharacters + value.length > GENERATION_CHARACTERS_MAX;
    if (full) {
      this.#elder = this.#young;
      this.#young = new Map();
      this.#youngCharacters = 0;
    }
    this.#young.set(id, value);
    this.#youngCharacters += value.length;
  }
}
