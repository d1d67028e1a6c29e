/**
 * How much the outcomes of one principal count. Alone, a principal counts in full; among several, none may hold more
 * than about its fair share of what a pattern has learned lately, so that one cannot poison it for the rest.
 */
import { rounded } from "./logistic.ts";

/** Principals followed per pattern; the lightest makes room. */
const PRINCIPALS_MAX = 8;
/** Outcomes a principal may always bring in, over as many as are remembered. */
const ALWAYS = 20;
/** Of k principals none may hold more than this many kth parts; at most half, and never less than the least. */
const FAIR_PARTS = 1.25;
const SHARE_MAX = 0.5;
const SHARE_MIN = 0.08;
/** With each outcome the older ones fade, so a share is one of roughly the last 500. */
const FADE = 0.998;

const alone = { weight: 1, speaker: 0 };

/** Mark and weight in turns. */
export type PrincipalWeightsState = readonly (readonly [number, number])[];

export class PrincipalWeights {
  readonly #weights = new Map<number, number>();
  /** Who was admitted last, and the mark: most outcomes are of the same as the one before. */
  #name = "";
  #mark = markOf("");

  constructor(state: PrincipalWeightsState = []) {
    for (const [mark, weight] of state) this.#weights.set(mark, weight);
  }

  /** The weight, 0 to 1, of the principal's next outcome, which is counted at once, and its mark (0: it is alone). */
  admit(principal: string): { readonly weight: number; readonly speaker: number } {
    if (principal !== this.#name) [this.#name, this.#mark] = [principal, markOf(principal)];
    const mark = this.#mark;
    const own = this.#weights.get(mark) ?? 0;
    if (own > 0 && this.#weights.size === 1) return this.#admitAlone(mark, own);
    let others = 0;
    let principals = 1;
    for (const [known, weight] of this.#weights) {
      if (known === mark) continue;
      others += weight;
      if (weight >= 1) principals++;
    }
    const share = Math.min(SHARE_MAX, Math.max(SHARE_MIN, FAIR_PARTS / principals));
    const allowed = principals === 1 ? Infinity : Math.max(ALWAYS, (others * share) / (1 - share));
    const weight = rounded(Math.min(1, Math.max(0, allowed - own)), 1e3);
    if (own === 0) this.#makeRoom();
    // What counts nothing makes nothing fade: else a flood would wash out the others' weight.
    if (weight > 0)
      for (const [known, held] of this.#weights)
        this.#weights.set(known, rounded(held * (1 - (1 - FADE) * weight), 1e3));
    this.#weights.set(mark, rounded((this.#weights.get(mark) ?? 0) + weight, 1e3));
    return { weight, speaker: principals === 1 ? 0 : mark };
  }

  /** The same for whom nobody else is known beside: where there is one principal, every outcome comes this way. */
  #admitAlone(mark: number, own: number): { readonly weight: number; readonly speaker: number } {
    this.#weights.set(mark, rounded(rounded(own * FADE, 1e3) + 1, 1e3));
    return alone;
  }

  save(): PrincipalWeightsState {
    return [...this.#weights];
  }

  #makeRoom(): void {
    if (this.#weights.size < PRINCIPALS_MAX) return;
    let lightest: number | undefined;
    let least = Infinity;
    for (const [mark, weight] of this.#weights) if (weight < least) [lightest, least] = [mark, weight];
    if (lightest !== undefined) this.#weights.delete(lightest);
  }
}

/** FNV-1a, 32 bits: names are long, and nobody needs them in a checkpoint. */
function markOf(principal: string): number {
  let mark = 0x811c9dc5;
  for (let at = 0; at < principal.length; at++) {
    mark = Math.imul(mark ^ principal.charCodeAt(at), 0x01000193) >>> 0;
  }
  return mark;
}
