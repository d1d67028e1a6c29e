/**
 * How far what is exported is behind the log: from where each export says it is, and where the log was at earlier
 * evaluations.
 *
 * Invariant: bounded: marks older than the slowest export are of no use but for their age, so that at most `MARKS_MAX`
 * are kept; a lag is known up to the oldest of them.
 */
import type { ExportLag } from "../delegation/resource-sample.ts";

const MARKS_MAX = 1_000;

interface Watched {
  readonly position: () => number;
  readonly refused: () => number;
  /** How much was refused when that was told last. */
  refusedTold: number;
}

interface Mark {
  readonly at: number;
  readonly position: number;
}

export class ExportLags {
  readonly #exports = new Map<string, Watched>();
  readonly #marks: Mark[] = [];

  /**
   * @param refused how much was refused for good, ever
   * @returns stops watching
   */
  add(name: string, position: () => number, refused: () => number = () => 0): () => void {
    const watched = { position, refused, refusedTold: refused() };
    this.#exports.set(name, watched);
    return () => {
      if (this.#exports.get(name) === watched) this.#exports.delete(name);
    };
  }

  /** For how many milliseconds each export has not reached what was in the log. */
  at(now: number, logPosition: number): ReadonlyMap<string, number> {
    return new Map(this.lags(now, logPosition).map(({ name, lagMs = 0 }) => [name, lagMs]));
  }

  /** The same, with how many events each has not come to, and what was refused since this was asked last. */
  lags(now: number, logPosition: number): readonly ExportLag[] {
    if (this.#exports.size === 0) {
      this.#marks.length = 0;
      return [];
    }
    const exports = Array.from(this.#exports, ([name, watched]) => ({
      name,
      position: watched.position(),
      refused: newlyRefused(watched),
    }));
    const slowest = Math.min(...exports.map(({ position }) => position));
    const missed = this.#marks.findIndex(({ position }) => position > slowest);
    this.#marks.splice(0, missed < 0 ? this.#marks.length : missed);
    if ((this.#marks.at(-1)?.position ?? slowest) < logPosition)
      this.#marks.push({ at: now, position: logPosition });
    // The oldest tells how long it has been; one in the middle is missed least.
    if (this.#marks.length > MARKS_MAX) this.#marks.splice(MARKS_MAX / 2, 1);
    return exports.map(({ name, position, refused }) => ({
      name,
      events: Math.max(0, logPosition - position),
      lagMs: this.#lagOf(position, now),
      ...(refused > 0 && { refused }),
    }));
  }

  #lagOf(position: number, now: number): number {
    const missed = this.#marks.find((mark) => mark.position > position);
    return missed === undefined ? 0 : now - missed.at;
  }
}

function newlyRefused(watched: Watched): number {
  const refused = watched.refused();
  const newly = refused - watched.refusedTold;
  watched.refusedTold = refused;
  return newly;
}
