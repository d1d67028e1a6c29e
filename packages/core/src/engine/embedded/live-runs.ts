/**
 * Which runs are in memory: their start, admission, recovery, parking, waking and end. What each then knows of what was
 * is read by `recall`; what runs start and tell each other is `ChildRuns`'.
 *
 * Invariants: (N1) an unfinished run is in memory or parked with its wake-up set, never neither, while the engine
 * works; (N2) a run is in memory at most once; (N3) what ended is forgotten once its end is on disk.
 */
import type { Clock } from "../../clock.ts";
import { CONTROLS } from "../../delegation/controls.ts";
import type { Admission, Event } from "../../delegation/event.ts";
import type { Reference } from "../../delegation/reference.ts";
import type { PlaceLimit } from "../../delegation/limit.ts";
import { ReeveError } from "../../errors.ts";
import type { CancelRequest, Host } from "../engine.ts";
import type { RunKey, RunRow, Store } from "../store.ts";
import { ChildRuns, type ChildRunsHost } from "./child-runs.ts";
import type { Committer } from "./committer.ts";
import { placeOf, type Controls } from "./controls.ts";
import { Drain } from "./drain.ts";
import { IDLE_MS, IdleRuns } from "./idle-runs.ts";
import type { NewRun } from "./new-run.ts";
import { neverBegan } from "./open-child.ts";
import { PassingMap } from "./passing-map.ts";
import { Queue } from "./queue.ts";
import { goingOn, keptFor, recall, type RecallHost } from "./recall.ts";
import { newMemory, type RunMemory } from "./run-memory.ts";
import { startedFact } from "./run-facts.ts";
import { RunPlaces } from "./run-places.ts";
import { sealContext, withoutSecrets, type SecretsHost } from "./run-secrets.ts";
import { StartedRun } from "./started-run.ts";
import { RunTask, type TaskHost } from "./run-task.ts";

const RECOVERY_PAGE_RUNS = 500;

export interface LiveRunsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly committer: Committer;
  readonly read: (reference: Reference) => unknown;
  /** Walks the run; called when it starts and whenever it is back in memory. */
  readonly interpret: (task: RunTask) => void;
  readonly limitOf: (place: string) => PlaceLimit | undefined;
  readonly keeps: Host["keeps"];
  readonly controls: Controls;
  readonly secrets: SecretsHost;
  /** Is told that a run was forked from the one with this id. */
  readonly forked: (runId: string) => void;
  /** Is told that a run which ended is on disk only. */
  readonly forgotten: (runId: string) => void;
  /** Whether the run with this id is being trimmed. */
  readonly isLeaving: (runId: string) => boolean;
}

const CLOSED: PlaceLimit = { concurrency: 0, perSecond: undefined };
const NO_ADMISSION: Admission = { places: [] };

export class LiveRuns implements TaskHost, ChildRunsHost, RecallHost {
  readonly clock: Clock;
  readonly committer: Committer;
  readonly logId: string;
  readonly read: (reference: Reference) => unknown;
  readonly secrets: SecretsHost;
  readonly keeps: Host["keeps"];
  readonly store: Store;
  readonly drain: Drain;
  readonly children: ChildRuns = new ChildRuns(this);
  readonly #interpret: (task: RunTask) => void;
  readonly #queue: Queue;
  readonly #controls: Controls;
  readonly #retention: Pick<LiveRunsOptions, "forked" | "forgotten" | "isLeaving">;
  readonly #tasks = new PassingMap<RunKey, RunTask>();
  readonly #keys = new Map<string, RunKey>();
  readonly #idle: IdleRuns;
  readonly #places: RunPlaces;

  constructor(options: LiveRunsOptions) {
    this.store = options.store;
    this.clock = options.clock;
    this.drain = new Drain(options.clock);
    this.committer = options.committer;
    this.logId = options.store.logId;
    this.read = options.read;
    this.secrets = options.secrets;
    this.keeps = options.keeps;
    this.#interpret = options.interpret;
    const { clock, controls } = options;
    this.#controls = controls;
    this.#retention = options;
    const limitOf = (place: string): PlaceLimit | undefined =>
      controls.isClosed(place) ? CLOSED : options.limitOf(place);
    const admit = (key: RunKey, holdsPlaces: boolean): void => this.#admit(key, holdsPlaces);
    this.#queue = new Queue({ ...options, limitOf, admit });
    this.#places = new RunPlaces({
      queue: this.#queue,
      isInMemory: (task) => this.#tasks.get(task.run.key) === task,
      returned: (task) => this.waiting(task),
    });
    this.#idle = new IdleRuns({
      clock,
      onceOnDisk: (task, go) => this.#onceOnDisk(task, go),
      isAwaited: (task) => this.#places.isReturning(task),
      forget: (task) => this.#forget(task),
      wake: (key) => this.#wakeUp(key),
    });
  }

  /** The run's row as it is in memory, else on disk. */
  row(runId: string): RunRow | undefined {
    return (
      this.inMemory(runId)?.run ?? (this.#retention.isLeaving(runId) ? undefined : this.store.runById(runId))
    );
  }

  /** The row of a run that callers may know of. @throws ReeveError `run-not-found` */
  known(runId: string): RunRow {
    const row = this.row(runId);
    if (row && row.pattern !== CONTROLS) return row;
    throw new ReeveError("run-not-found", `there is no run '${runId}'`, {
      hint: "list the runs with `reeve runs`",
    });
  }

  inMemory(runId: string): RunTask | undefined {
    const key = this.#keys.get(runId);
    return key === undefined ? undefined : this.#tasks.get(key);
  }

  lastEvent(key: RunKey): Event | undefined {
    return this.committer.uncommittedEvents(key).at(-1) ?? this.store.lastEvent(key);
  }

  has(key: RunKey): boolean {
    return this.#tasks.has(key);
  }

  /** Starts a run: it begins, or is queued, or has been rejected. */
  start(request: NewRun): void {
    const { origin, rejected, knows, choice } = request;
    const { stored, open: context } = sealContext(request.context, this.secrets);
    const admission = withoutSecrets(this.#admissionOf(request), this.secrets);
    const begins = rejected !== undefined || !admission || this.#queue.enters(admission);
    const state = begins ? "running" : "queued";
    const { committer } = this;
    const row: RunRow = new StartedRun(request, committer.nextRunKey(), state, context, committer.now());
    this.committer.addRun(stored === context ? row : { ...row, context: stored });
    if (origin?.forkedFrom) this.#retention.forked(origin.forkedFrom.run);
    const task = this.#hold(row, goingOn(newMemory({ admission, choice }), origin, this));
    task.secrets.unlock();
    task.append(startedFact(row, { admission, queued: !begins, choice }), row.startedAt);
    if (knows) for (const value of knows) task.secrets.learnFrom(value);
    if (rejected) task.end(rejected);
    else if (begins) this.#begin(task);
    else {
      this.#queue.put(row.key, context.priority, admission ?? NO_ADMISSION);
      this.#forgetQueued(task);
    }
  }

  /** The run, back in memory if it was not; undefined when it has ended. */
  wake(row: RunRow): RunTask | undefined {
    const task = this.#tasks.get(row.key);
    if (!task) return row.state === "ended" ? undefined : this.#load(row);
    this.#idle.touch(task);
    return task.run.state === "ended" ? undefined : task;
  }

  /** Asks a run to end; one that is queued does so at once. */
  cancel(row: RunRow, request: CancelRequest): void {
    const task = this.wake(row);
    if (!task) return;
    task.requestCancel(request);
    if (task.run.state !== "queued") return;
    const { key, context } = row;
    this.#queue.remove(key, context.priority, task.places);
    task.end(neverBegan(request.reason));
  }

  /** Walks every unfinished run again (E9), and goes on with the queue. */
  async recover(): Promise<void> {
    let after: RunKey = 0;
    for (;;) {
      const page = this.store.unfinished(after, RECOVERY_PAGE_RUNS);
      for (const row of page) if (!this.#tasks.has(row.key)) this.#load(row);
      after = page.at(-1)?.key ?? after;
      if (page.length < RECOVERY_PAGE_RUNS) break;
      // Lets the first runs begin, and commits, while the others are read.
      await this.committer.flushed();
    }
    // What was queued meanwhile has to be on disk, too.
    if (this.#queue.hasGrown) await this.committer.flushedOrBlocked();
    this.#queue.open();
  }

  /** What was held back may go on; where an agent is named, of the runs on disk only so many with its attempts. */
  controlsChanged(pattern: string | undefined, agent?: string, runsMax: number = Infinity): void {
    if (pattern !== undefined) this.#queue.changed(placeOf(pattern));
    for (const task of this.#tasks.values()) task.beginHeldBack();
    for (const key of this.#idle.takeHeldBack(agent, runsMax)) this.#wakeUp(key);
  }

  /** Lets running attempts end for `drainMs`, then stops them and waits until they have. */
  async stop(drainMs: number): Promise<void> {
    this.drain.begin();
    this.#queue.close();
    if (!this.committer.blocked) await this.drain.ended(drainMs);
    for (const task of this.#tasks.values()) task.detach("the runtime closes");
    this.#idle.close();
    await this.drain.ended();
  }

  holdsBack(task: RunTask, agent: string): boolean {
    return this.#controls.holdsBack(task.run.pattern, agent);
  }

  works(task: RunTask): void {
    this.#places.work(task);
  }

  whenAdmitted(task: RunTask, go: () => void): void {
    this.#places.whenPlaced(task, go);
  }

  waiting(task: RunTask): void {
    if (!task.droppable) return;
    this.#idle.add(task);
    // Who will soon go on by himself keeps his places.
    const wakesIn = (task.wakesAt ?? Infinity) - this.clock.now();
    if (wakesIn > IDLE_MS) this.#places.leave(task);
  }

  ended(task: RunTask): void {
    this.children.tellParent(task);
    this.committer.afterCommit(() => {
      this.#forget(task);
      this.#retention.forgotten(task.run.id);
    });
  }

  stranded(task: RunTask): void {
    this.committer.afterCommit(() => {
      task.detach("the run is stranded");
      this.#forget(task);
    });
  }

  /** While a pattern is paused, its new runs wait in the queue. */
  #admissionOf({ pattern, admission, origin }: NewRun): Admission | undefined {
    // What is undone is not held back.
    if (origin?.forkedFrom?.undoes) return undefined;
    const place = this.#controls.placeWhilePaused(pattern);
    // The places of its limits are closed, and keep it in one line with those that were queued before.
    if (place === undefined || (admission && admission.places.length > 0)) return admission;
    return { ...admission, places: [...(admission?.places ?? []), place] };
  }

  #begin(task: RunTask): void {
    this.#places.took(task);
    this.#interpret(task);
  }

  /** A queued run begins. */
  #admit(key: RunKey, holdsPlaces: boolean): void {
    const row = this.store.runByKey(key);
    if (row?.state !== "queued" || this.drain.hasBegun) return;
    const task = this.#tasks.get(key) ?? this.#load(row);
    task.admit();
    if (holdsPlaces) this.#places.took(task);
    this.#interpret(task);
  }

  /** Brings a run into memory, and walks it again unless it is queued. */
  #load(row: RunRow): RunTask {
    const memory = recall(row, this);
    this.#idle.woken(row.key);
    const task = this.#hold(row, memory);
    task.secrets.unlock();
    if (row.state === "queued") this.#forgetQueued(task);
    else this.#interpret(task);
    return task;
  }

  #hold(row: RunRow, memory: RunMemory): RunTask {
    const task = new RunTask(this, row, memory, keptFor(row, this));
    this.#tasks.set(row.key, task);
    this.#keys.set(row.id, row.key);
    return task;
  }

  #forgetQueued(task: RunTask): void {
    this.#onceOnDisk(task, () => {
      if (task.run.state === "queued") this.#forget(task);
    });
  }

  /** Calls `go` when nothing of the run is only in memory. */
  #onceOnDisk(task: RunTask, go: () => void): void {
    this.committer.afterCommit(() => {
      // Something else may have happened to it while that was being written.
      if (this.committer.holdsEventsOf(task.run.key)) this.#onceOnDisk(task, go);
      else go();
    });
  }

  #forget(task: RunTask): void {
    this.#tasks.delete(task.run.key);
    this.#keys.delete(task.run.id);
    task.secrets.releaseSecrets();
    this.#idle.remove(task);
    this.#places.leave(task);
  }

  #wakeUp(key: RunKey): void {
    const row = this.store.runByKey(key);
    if (row && !this.drain.hasBegun) this.wake(row);
  }
}
