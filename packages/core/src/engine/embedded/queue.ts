/**
 * The queue of runs that wait for their places or for a time. It lies on disk; in memory is one lane per combination of
 * places with the first few of its runs. Times are `DueRows`'.
 *
 * Invariants: Q1 to Q4 of docs/invariants.md, and (W1) a run that went on waiting gets its places back before any other
 * begins; (W2) nothing begins before its row is on disk, and nothing twice before the row has left it.
 */
import type { CancelTimer, Clock } from "../../clock.ts";
import type { Admission } from "../../delegation/event.ts";
import type { PlaceLimit } from "../../delegation/limit.ts";
import type { QueueRow, RunKey, Store } from "../store.ts";
import type { Committer } from "./committer.ts";
import { patternAt } from "./controls.ts";
import { DueRows } from "./due-rows.ts";
import { Lane } from "./lane.ts";
import { Places } from "./places.ts";
import { Waitlist } from "./waitlist.ts";

export interface QueueHost {
  readonly store: Store;
  readonly clock: Clock;
  readonly committer: Committer;
  limitOf(place: string): PlaceLimit | undefined;
  /** The run has left the queue, and is to be walked. */
  admit(key: RunKey, holdsPlaces: boolean): void;
}

interface Returning {
  readonly places: readonly string[];
  readonly go: () => void;
}

export class Queue {
  readonly #host: QueueHost;
  readonly #places: Places;
  readonly #lanes = new Map<string, Lane>();
  /** Lanes that could not begin, at a place where there was no room for them. */
  readonly #waiting = new Map<string, Waitlist>();
  /** Places where somebody waits and room may have become free. */
  readonly #stirred = new Set<string>();
  /** Lanes that may be able to begin. */
  readonly #ready = new Waitlist();
  /** Per place whose rate is waited for. */
  readonly #rateTimers = new Map<string, CancelTimer>();
  readonly #returning = new Set<Returning>();
  /** Runs that have left, while the log still has them queued (W2). */
  readonly #leaving = new Set<RunKey>();
  readonly #due: DueRows;
  #turns = 0;
  #order: number;
  #committedOrder: number;
  #pumpScheduled = false;
  #state: "recovering" | "open" | "closed" = "recovering";

  constructor(host: QueueHost) {
    this.#host = host;
    this.#order = host.store.highest().queueOrder;
    this.#committedOrder = this.#order;
    const { store, clock, committer } = host;
    this.#due = new DueRows({
      store,
      clock,
      committer,
      isLeaving: (runKey) => this.#leaving.has(runKey),
      enter: (row, notBefore) =>
        this.#add({ ...row, order: ++this.#order, queuedAt: notBefore, notBefore: undefined }),
      expire: ({ runKey, lane, priority }) => {
        this.#unqueue(runKey);
        this.#removeFrom(lane, priority, runKey);
        host.admit(runKey, false);
      },
    });
    this.#places = new Places(host.clock, (place) => host.limitOf(place));
  }

  /**
   * Takes up what the log has queued; until then nothing begins. Runs that were at work are to be told of before, with
   * `work`.
   */
  open(): void {
    this.#state = "open";
    for (const { lane, priority, lastOrder } of this.#host.store.queueHeads()) {
      this.#lane(lane).expect(priority, lastOrder);
    }
    for (const lane of this.#lanes.values()) this.#sort(lane);
    this.#due.open();
  }

  /** Whether runs were put in since the log was opened. */
  get hasGrown(): boolean {
    return this.#order > this.#host.store.highest().queueOrder;
  }

  close(): void {
    this.#state = "closed";
    for (const cancel of this.#rateTimers.values()) cancel();
    this.#due.close();
  }

  /** Whether a run that starts now begins at once; then it has its places. */
  enters({ places, notBefore }: Admission): boolean {
    if (notBefore !== undefined && notBefore > this.#host.clock.now()) return false;
    if (places.length === 0) return true;
    if (this.#state !== "open") return false;
    const lane = this.#lanes.get(nameOf(places));
    if ((lane && !lane.isEmpty) || this.#places.waitMs(places) > 0) return false;
    // Room that has just become free is for those who waited for it.
    if (this.#ready.size > 0 || places.some((place) => this.#stirred.has(place) || this.#isCovered(place)))
      return false;
    this.#places.begin(places);
    return true;
  }

  put(runKey: RunKey, priority: number, { places, notBefore, deadline }: Admission): void {
    const { clock } = this.#host;
    const delayed = notBefore !== undefined && notBefore > clock.now();
    const row = {
      runKey,
      order: ++this.#order,
      lane: nameOf(places),
      priority,
      queuedAt: clock.now(),
      notBefore: delayed ? notBefore : undefined,
      deadline,
    };
    this.#add(row);
  }

  /** The run does not want to begin any more. */
  remove(runKey: RunKey, priority: number, places: readonly string[]): void {
    this.#unqueue(runKey);
    this.#removeFrom(nameOf(places), priority, runKey);
  }

  /** A run works that is not in the queue: it has its places, whether there is room or not. */
  work(places: readonly string[]): void {
    this.#places.take(places);
  }

  leave(places: readonly string[]): void {
    this.#places.leave(places);
    for (const place of places) this.#stir(place);
    if (this.#returning.size > 0) this.#pumpLater();
  }

  /** The pattern that the place belongs to was paused, or goes on. */
  changed(place: string): void {
    const pattern = patternAt(place);
    for (const other of this.#waiting.keys()) if (patternAt(other) === pattern) this.#stir(other);
  }

  /** Calls `go` when there is room for a run that worked before; it then has its places. */
  reenter(places: readonly string[], go: () => void): void {
    if (this.#returning.size === 0 && this.#places.hasRoom(places)) {
      this.#places.take(places);
      go();
      return;
    }
    this.#returning.add({ places, go });
    this.#pumpLater();
  }

  #add(row: QueueRow): void {
    const { committer } = this.#host;
    committer.queue(row);
    committer.afterCommit(() => {
      this.#committedOrder = Math.max(this.#committedOrder, row.order);
    });
    this.#due.put(row);
    if (row.notBefore !== undefined) return;
    const lane = this.#lane(row.lane);
    // What the log has of this lane is not known before it is open, and comes first.
    if (this.#state === "recovering") lane.expect(row.priority, row.order);
    else lane.put(row);
    this.#sort(lane);
  }

  #removeFrom(name: string, priority: number, runKey: RunKey): void {
    const lane = this.#lanes.get(name);
    lane?.remove(priority, runKey);
    if (lane?.isEmpty) this.#forget(lane);
    else if (lane) this.#sort(lane);
  }

  #unqueue(runKey: RunKey): void {
    const { committer } = this.#host;
    this.#leaving.add(runKey);
    committer.unqueue(runKey);
    committer.afterCommit(() => this.#leaving.delete(runKey));
  }

  #lane(name: string): Lane {
    let lane = this.#lanes.get(name);
    if (lane) return lane;
    lane = new Lane(name, placesOf(name), ++this.#turns, this.#host.clock.now());
    this.#lanes.set(name, lane);
    return lane;
  }

  /** After the commit: only what is on disk can be loaded, and a place is free once its run's end is there. */
  #pumpLater(): void {
    if (this.#pumpScheduled || this.#state !== "open") return;
    this.#pumpScheduled = true;
    this.#host.committer.afterCommit(() => {
      this.#pumpScheduled = false;
      if (this.#state === "open") this.#pump();
    });
  }

  #pump(): void {
    for (const returning of this.#returning) {
      if (!this.#places.hasRoom(returning.places)) continue;
      this.#returning.delete(returning);
      this.#places.take(returning.places);
      for (const place of returning.places) this.#stir(place);
      returning.go();
    }
    for (;;) {
      // Of each place that has room the next one, so that the first of them all is among those that are ready.
      for (const place of this.#stirred) this.#wakeFirstAt(place);
      const now = this.#host.clock.now();
      const lane = this.#ready.first(now);
      if (!lane) return;
      this.#ready.remove(lane);
      for (const place of lane.places) this.#stir(place);
      if (this.#blockOf(lane) !== undefined) this.#sort(lane);
      else if (this.#isFilled(lane)) this.#serve(lane, now);
    }
  }

  #wakeFirstAt(place: string): void {
    this.#stirred.delete(place);
    const list = this.#waiting.get(place);
    if (!list) return;
    const waitMs = this.#isCovered(place) ? Infinity : this.#places.waitMs([place]);
    if (waitMs > 0) {
      this.#awaitRate(place, waitMs);
      return;
    }
    const lane = list.first(this.#host.clock.now());
    if (lane) this.#leaveSpot(lane);
    if (lane) this.#ready.add(lane);
  }

  #awaitRate(place: string, waitMs: number): void {
    if (waitMs === Infinity || this.#rateTimers.has(place)) return;
    const stir = (): void => {
      this.#rateTimers.delete(place);
      this.#stir(place);
    };
    this.#rateTimers.set(place, this.#host.clock.timer(Math.ceil(waitMs), stir));
  }

  /** A place of the lane where there is no room for it. */
  #blockOf({ places }: Lane): string | undefined {
    return places.find((place) => this.#isCovered(place) || this.#places.waitMs([place]) > 0);
  }

  /** Whether somebody who worked before waits for the place (W1). */
  #isCovered(place: string): boolean {
    for (const { places } of this.#returning) if (places.includes(place)) return true;
    return false;
  }

  /** Puts the lane where it belongs: among those that are ready, or those that wait for a place. */
  #sort(lane: Lane): void {
    if (lane.spot && lane.spot.list !== this.#ready && lane.spot.urgency === lane.urgency) return;
    const place = lane.spot?.list === this.#ready ? undefined : this.#blockOf(lane);
    this.#leaveSpot(lane);
    if (place === undefined) {
      this.#ready.add(lane);
      this.#pumpLater();
      return;
    }
    let list = this.#waiting.get(place);
    if (!list) this.#waiting.set(place, (list = new Waitlist()));
    list.add(lane);
    // For a rate it waits until a timer looks at the place.
    this.#stir(place);
  }

  #leaveSpot(lane: Lane): void {
    const list = lane.spot?.list;
    list?.remove(lane);
    if (list && list !== this.#ready && list.size === 0) {
      for (const place of lane.places) if (this.#waiting.get(place) === list) this.#waiting.delete(place);
    }
  }

  /** Whether the lane has a run that can begin; one that has none any more is forgotten. */
  #isFilled(lane: Lane): boolean {
    const isLeaving = (runKey: RunKey): boolean => this.#leaving.has(runKey);
    if (lane.fill(this.#host.store, this.#committedOrder, isLeaving)) return true;
    if (lane.isEmpty) this.#forget(lane);
    // Else what it has is not on disk yet; until then its run may be cancelled.
    else this.#host.committer.afterCommit(() => lane.isEmpty || this.#sort(lane));
    return false;
  }

  #stir(place: string): void {
    if (!this.#waiting.has(place)) return;
    this.#stirred.add(place);
    this.#pumpLater();
  }

  #serve(lane: Lane, now: number): void {
    const row = lane.take(now, this.#committedOrder);
    lane.turn = ++this.#turns;
    lane.sinceMs = now;
    this.#places.begin(lane.places);
    this.#unqueue(row.runKey);
    if (lane.isEmpty) this.#forget(lane);
    else this.#sort(lane);
    this.#host.admit(row.runKey, lane.places.length > 0);
  }

  #forget(lane: Lane): void {
    this.#lanes.delete(lane.name);
    this.#leaveSpot(lane);
  }
}

const SEPARATOR = "\n";

function nameOf(places: readonly string[]): string {
  return places.join(SEPARATOR);
}

function placesOf(lane: string): readonly string[] {
  return lane === "" ? [] : lane.split(SEPARATOR);
}
