/**
 * What a run remembers of a loop whose iterations are finished: from where it goes on, and which events are about
 * nothing else, so that they need not be read when the run is walked again.
 */
import type { Event, LoopPoint } from "../../delegation/event.ts";
import { join, type Path } from "../../delegation/path.ts";

/** A run that does much else beside its loop is read whole. */
const STRETCHES_MAX = 64;

export class LoopMemory {
  readonly point: LoopPoint;
  readonly #finished: readonly number[];
  /** The event that says where the loop stands. */
  readonly #seq: number;
  #lastSeq: number;
  /** Events since then that are about something else. */
  readonly #others: number[] = [];
  /** Signals sent to an iteration, which may have yet to come. */
  readonly #signals: { readonly seq: number; readonly iteration: number }[] = [];

  constructor(point: LoopPoint, finished: readonly number[], seq: number) {
    this.point = point;
    this.#finished = finished;
    this.#seq = seq;
    this.#lastSeq = seq;
  }

  see({ seq, path, kind }: Event): void {
    if (seq <= this.#seq) return;
    this.#lastSeq = seq;
    const iteration = path === undefined ? undefined : iterationOf(this.point.loop, path);
    if (iteration === undefined) this.#others.push(seq);
    else if (kind === "signal-sent") this.#signals.push({ seq, iteration });
  }

  /**
   * The stretches of events that are about finished iterations only, once `next` is where the loop stands; undefined
   * where that can't be said in short, or `next` is another loop.
   */
  finish(next: LoopPoint): readonly number[] | undefined {
    if (next.loop !== this.point.loop) return undefined;
    const finished = [...this.#finished];
    const early = this.#signals.flatMap(({ seq, iteration }) => (iteration > next.iteration ? [seq] : []));
    const others = [...this.#others, ...early].toSorted((left, right) => left - right);
    // The point before is not needed any more.
    let from = this.#seq;
    for (const other of [...others, this.#lastSeq + 1]) {
      // Two stretches that touch are one.
      if (finished.at(-1) === from - 1 && from < other) finished[finished.length - 1] = other - 1;
      else if (from < other) finished.push(from, other - 1);
      from = other + 1;
    }
    return finished.length > 2 * STRETCHES_MAX ? undefined : finished;
  }
}

/** Whether an event before the point is about an iteration that has ended. */
export function isFinished({ loop, iteration: last }: LoopPoint, { path }: Event): boolean {
  const iteration = path === undefined ? undefined : iterationOf(loop, path);
  return iteration !== undefined && iteration <= last;
}

/** The iteration that a path lies in; undefined where it lies outside of the loop. */
function iterationOf(loop: Path, path: Path): number | undefined {
  const before = join(loop, "[");
  if (!path.startsWith(before)) return undefined;
  const iteration = Number.parseInt(path.slice(before.length), 10);
  return Number.isNaN(iteration) ? undefined : iteration;
}
