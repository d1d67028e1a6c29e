/**
 * The queue of runs that wait for their places or for a time. It lies on disk; in memory is one lane per combination of
 * places with the first few of its runs.
 *
 * Invariants: (Q1) at no time are more runs at a place than its limit allows, but for those that a restart finds at
 * work; (Q2) lanes take turns: of two lanes that wait for the same room, neither begins twice while the other begins
 * none; (Q3) a run's priority grows while it waits, so that it begins whatever comes after it; (Q4) runs of one lane
 * and priority begin in the order in which they were queued; (Q5) a run that went on waiting gets its places back
 * before any other begins.
 */
import type { CancelTimer, Clock } from "../../clock.ts";
import type { Admission } from "../../delegation/event.ts";
import type { PlaceLimit } from "../engine.ts";
import type { QueueRow, RunKey, Store } from "../store.ts";
import type { Committer } from "./committer.ts";
import { Lane } from "./lane.ts";
import { Places } from "./places.ts";

const DUE_PAGE = 100;
/** Lanes that have run empty are remembered for their turn; those whose turn has passed are forgotten from here on. */
const DRAINED_MAX = 1_000;

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
  readonly #lanesAt = new Map<string, Set<Lane>>();
  /** Lanes whose first run may have become able to begin. */
  readonly #stirred = new Set<Lane>();
  readonly #drained = new Map<string, { readonly round: number; readonly servedAt: number }>();
  readonly #returning = new Set<Returning>();
  #round = 0;
  #served = 0;
  #order = 0;
  #committedOrder = 0;
  #pumpScheduled = false;
  #cancelRate: CancelTimer | undefined;
  #cancelDue: CancelTimer | undefined;
  #dueAt = Infinity;
  #state: "recovering" | "open" | "closed" = "recovering";

  constructor(host: QueueHost) {
    this.#host = host;
    this.#order = host.store.highest().queueOrder;
    this.#places = new Places(host.clock, (place) => host.limitOf(place));
  }

  /**
   * Takes up what the log has queued; until then nothing begins. Runs that were at work are to be told of before, with
   * `work`, and everything put in is to be on disk.
   */
  open(): void {
    const { store } = this.#host;
    this.#lanes.clear();
    this.#lanesAt.clear();
    this.#state = "open";
    for (const { lane, priority, lastOrder } of store.queueHeads()) {
      this.#lane(lane).put(priority, lastOrder, undefined);
    }
    this.#committedOrder = this.#order;
    for (const lane of this.#lanes.values()) this.#stirred.add(lane);
    this.#armDue();
    this.#pumpLater();
  }

  /** Whether runs were put in since the log was opened. */
  get hasGrown(): boolean {
    return this.#order > this.#host.store.highest().queueOrder;
  }

  close(): void {
    this.#state = "closed";
    this.#cancelRate?.();
    this.#cancelDue?.();
  }

  /** Whether a run that starts now begins at once; then it has its places. */
  enters({ places, notBefore }: Admission): boolean {
    if (notBefore !== undefined && notBefore > this.#host.clock.now()) return false;
    if (places.length === 0) return true;
    if (this.#state !== "open") return false;
    if (this.#lanes.has(nameOf(places)) || this.#places.waitMs(places) > 0) return false;
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
    this.#host.committer.unqueue(runKey);
    const lane = this.#lanes.get(nameOf(places));
    lane?.remove(priority, runKey);
    this.#pumpLater();
  }

  /** A run works that is not in the queue: it has its places, whether there is room or not. */
  work(places: readonly string[]): void {
    this.#places.take(places);
  }

  leave(places: readonly string[]): void {
    this.#places.leave(places);
    for (const place of places) this.changed(place);
  }

  /** The limit of a place is another one now, or someone left it. */
  changed(place: string): void {
    for (const lane of this.#lanesAt.get(place) ?? []) this.#stirred.add(lane);
    if (this.#stirred.size > 0 || this.#returning.size > 0) this.#pumpLater();
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
    const dueAt = row.notBefore ?? row.deadline;
    if (dueAt !== undefined && dueAt < this.#dueAt) committer.afterCommit(() => this.#armDue());
    if (row.notBefore !== undefined) return;
    const lane = this.#lane(row.lane);
    lane.put(row.priority, row.order, row);
    this.#stirred.add(lane);
    this.#pumpLater();
  }

  #lane(name: string): Lane {
    let lane = this.#lanes.get(name);
    if (lane) return lane;
    const before = this.#drained.get(name);
    this.#drained.delete(name);
    const round = Math.max(this.#round, before?.round ?? 0);
    lane = new Lane(name, placesOf(name), round, before?.servedAt ?? 0);
    this.#lanes.set(name, lane);
    for (const place of lane.places) {
      const lanes = this.#lanesAt.get(place);
      if (lanes) lanes.add(lane);
      else this.#lanesAt.set(place, new Set([lane]));
    }
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
      returning.go();
    }
    let rateWaitMs = Infinity;
    for (;;) {
      const now = this.#host.clock.now();
      let best: Lane | undefined;
      for (const lane of this.#stirred) {
        const waitMs = this.#isUncovered(lane) ? this.#places.waitMs(lane.places) : Infinity;
        if (waitMs === 0 && this.#hasFirst(lane)) {
          if (!best || lane.precedes(best, now)) best = lane;
          continue;
        }
        if (waitMs < Infinity) rateWaitMs = Math.min(rateWaitMs, waitMs);
        // Those that wait for a rate stay, and are looked at when it allows more.
        if (waitMs === 0 || waitMs === Infinity) this.#stirred.delete(lane);
      }
      if (!best) break;
      this.#serve(best, now);
    }
    this.#cancelRate?.();
    this.#cancelRate =
      rateWaitMs < Infinity ? this.#host.clock.timer(rateWaitMs, () => this.#pumpLater()) : undefined;
  }

  /** Whether nobody who worked before waits for one of the lane's places (Q5). */
  #isUncovered(lane: Lane): boolean {
    for (const { places } of this.#returning) {
      if (places.some((place) => lane.places.includes(place))) return false;
    }
    return true;
  }

  /** Whether the lane has a run that can be loaded; one that has none any more is forgotten. */
  #hasFirst(lane: Lane): boolean {
    if (lane.fill(this.#host.store, this.#committedOrder)) return true;
    if (lane.isEmpty) this.#forget(lane);
    // Else what it has is not on disk yet; its commit stirs it again.
    else this.#host.committer.afterCommit(() => this.#stir(lane));
    return false;
  }

  #stir(lane: Lane): void {
    this.#stirred.add(lane);
    this.#pumpLater();
  }

  #serve(lane: Lane, now: number): void {
    const row = lane.take(now);
    this.#round = Math.max(this.#round, lane.round);
    lane.round = this.#round + 1;
    lane.servedAt = ++this.#served;
    this.#places.begin(lane.places);
    this.#host.committer.unqueue(row.runKey);
    this.#host.admit(row.runKey, lane.places.length > 0);
  }

  #forget(lane: Lane): void {
    this.#lanes.delete(lane.name);
    for (const place of lane.places) {
      const lanes = this.#lanesAt.get(place);
      lanes?.delete(lane);
      if (lanes?.size === 0) this.#lanesAt.delete(place);
    }
    this.#drained.set(lane.name, { round: lane.round, servedAt: lane.servedAt });
    if (this.#drained.size <= DRAINED_MAX) return;
    for (const [name, { round }] of this.#drained) if (round <= this.#round) this.#drained.delete(name);
  }

  #armDue(): void {
    this.#cancelDue?.();
    const first = this.#state !== "open" ? undefined : this.#host.store.queueDue(1)[0];
    this.#dueAt = first?.notBefore ?? first?.deadline ?? Infinity;
    if (this.#dueAt === Infinity) return;
    const waitMs = this.#dueAt - this.#host.clock.now();
    this.#cancelDue = this.#host.clock.timer(waitMs, () => this.#takeDue());
  }

  /** What was delayed becomes able to begin; what has waited beyond its deadline begins, in order to end. */
  #takeDue(): void {
    const { store, clock, committer } = this.#host;
    const now = clock.now();
    for (const row of store.queueDue(DUE_PAGE)) {
      const { notBefore, deadline, runKey, lane, priority } = row;
      if ((notBefore ?? deadline ?? Infinity) > now) break;
      if (notBefore !== undefined) {
        this.#add({ ...row, order: ++this.#order, queuedAt: notBefore, notBefore: undefined });
        continue;
      }
      committer.unqueue(runKey);
      this.#lanes.get(lane)?.remove(priority, runKey);
      this.#host.admit(runKey, false);
    }
    this.#dueAt = Infinity;
    committer.afterCommit(() => this.#armDue());
  }
}

const SEPARATOR = "\n";

function nameOf(places: readonly string[]): string {
  return places.join(SEPARATOR);
}

function placesOf(lane: string): readonly string[] {
  return lane === "" ? [] : lane.split(SEPARATOR);
}
