/**
 * Places: what runs take up while they work, each with a limit on how many at once and how many begin per second.
 *
 * A rate is kept by a theoretical time of the next beginning, which moves on by one interval each time: a beginning
 * that comes late because a timer did is made up for, so that a rate is met over a minute and not only not exceeded. It
 * is one of the monotonic clock: a machine whose time of day is set back by an hour must not hold everybody up for that long.
 */
import type { Clock } from "../../clock.ts";
import type { PlaceLimit } from "../../delegation/limit.ts";

/** How far behind beginnings may be and still be made up for, in milliseconds: 0.4 % of a minute. */
const BEHIND_MS_MAX = 250;
/** Idle rates are looked for and forgotten when so many are known. */
const RATES_MAX = 10_000;

export class Places {
  readonly #clock: Clock;
  readonly #limitOf: (place: string) => PlaceLimit | undefined;
  readonly #taken = new Map<string, number>();
  /** When the next run may begin at a place with a rate, by the monotonic clock. */
  readonly #next = new Map<string, number>();
  #ratesMax = RATES_MAX;

  constructor(clock: Clock, limitOf: (place: string) => PlaceLimit | undefined) {
    this.#clock = clock;
    this.#limitOf = limitOf;
  }

  /** In how many milliseconds a run may begin at all of these; 0: now; Infinity: not before somebody leaves. */
  waitMs(places: readonly string[]): number {
    let wait = 0;
    for (const place of places)
      wait = Math.max(wait, this.#roomIn(place) ? this.#rateWaitMs(place) : Infinity);
    return wait;
  }

  /** Whether a run that began already may go on at all of these; a closed place (no run at once) lets nobody begin. */
  hasRoom(places: readonly string[]): boolean {
    return places.every((place) => this.#roomIn(place) || this.#limitOf(place)?.concurrency === 0);
  }

  take(places: readonly string[]): void {
    for (const place of places) this.#taken.set(place, (this.#taken.get(place) ?? 0) + 1);
  }

  /** As `take`, and counts as a beginning. */
  begin(places: readonly string[]): void {
    this.take(places);
    const now = this.#clock.monotonic();
    for (const place of places) {
      const perSecond = this.#limitOf(place)?.perSecond;
      if (perSecond === undefined) continue;
      const earliest = now - BEHIND_MS_MAX;
      this.#next.set(place, Math.max(this.#next.get(place) ?? earliest, earliest) + 1_000 / perSecond);
    }
    if (this.#next.size > this.#ratesMax) this.#forgetIdle(now);
  }

  leave(places: readonly string[]): void {
    for (const place of places) {
      const left = (this.#taken.get(place) ?? 1) - 1;
      if (left > 0) this.#taken.set(place, left);
      else this.#taken.delete(place);
    }
  }

  #roomIn(place: string): boolean {
    const concurrency = this.#limitOf(place)?.concurrency;
    return concurrency === undefined || (this.#taken.get(place) ?? 0) < concurrency;
  }

  #rateWaitMs(place: string): number {
    const next = this.#next.get(place);
    if (next === undefined || this.#limitOf(place)?.perSecond === undefined) return 0;
    return Math.max(0, next - this.#clock.monotonic());
  }

  #forgetIdle(now: number): void {
    for (const [place, next] of this.#next) if (next < now - BEHIND_MS_MAX) this.#next.delete(place);
    // Where they are not idle, the next look is as far away again: looking costs little for each of them.
    this.#ratesMax = Math.max(RATES_MAX, 2 * this.#next.size);
  }
}
