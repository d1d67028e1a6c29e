/** The table of what was crashed where: for every feature and kind of crash point, how often both met. */
import { CRASH_POINTS, FEATURES, type CrashPoint, type Feature } from "./features.ts";

export class Coverage {
  readonly #cells = new Map<string, number>();

  /** A program with these features was crashed at such points. */
  count(features: ReadonlySet<Feature>, points: ReadonlySet<CrashPoint>): void {
    for (const feature of features) {
      for (const point of points) {
        const cell = `${feature} × ${point}`;
        this.#cells.set(cell, (this.#cells.get(cell) ?? 0) + 1);
      }
    }
  }

  /** The cells nothing was counted in. */
  empty(): readonly string[] {
    return FEATURES.flatMap((feature) =>
      CRASH_POINTS.map((point) => `${feature} × ${point}`).filter((cell) => !this.#cells.has(cell)),
    );
  }

  /** The table as text, crash points across by number. */
  toString(): string {
    const legend = CRASH_POINTS.map((point, index) => `${index + 1} ${point}`).join(", ");
    const rows = FEATURES.map((feature) => {
      const counts = CRASH_POINTS.map((point) => this.#cells.get(`${feature} × ${point}`) ?? 0);
      return [feature.padEnd(20), ...counts.map((count) => String(count).padStart(7))].join("");
    });
    const head = ["".padEnd(20), ...CRASH_POINTS.map((_, index) => String(index + 1).padStart(7))].join("");
    return [legend, head, ...rows].join("\n");
  }
}
