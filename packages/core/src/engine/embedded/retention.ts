/**
 * Retention: removes runs that ended long ago, a few at a time.
 *
 * Owns when it looks for them, how much it does at once, and that nothing is removed before it is archived and before
 * the folds have it on disk. Which runs leave together is family.ts's; how rows are deleted is the store's.
 *
 * Invariants: (K1) a run leaves with its family in one commit; (K2) that commit brings the folds' checkpoints past its
 * events, or they are on disk already; (K3) nothing leaves that a run refers to which was started in the meantime.
 */
import type { CancelTimer, Clock } from "../../clock.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import { ReeveError } from "../../errors.ts";
import type { Host, Retention as RetentionPlan } from "../engine.ts";
import type { Checkpoint } from "../../delegation/fold.ts";
import { EMPTY_BATCH, type RunKey, type RunRow, type Store, type Trim } from "../store.ts";
import { ArchiveLine } from "./archive-line.ts";
import type { Committer } from "./committer.ts";
import { attachedTo, familyOf, readMember, sharedWithOthers } from "./family.ts";
import type { Folds } from "./folds.ts";

/** It looks for old runs ten times in the time they are kept, within these bounds, in milliseconds. */
const LOOKS_PER_RETENTION = 10;
const LOOK_MS = { min: 1_000, max: 60_000 };
/**
 * Reads and writes at once, in milliseconds; then others have their turn for at least as long. While it is late, because
 * more ends than it removes, it works for longer and only lets others begin.
 */
const SLICE_MS = { calm: 2, late: 2.5 };
const PAUSE_MS = { min: 5, max: 100, late: 1 };
/** It is late when a run stays longer than it should by this part of the time runs are kept. */
const LATE_PART = 1 / 4;
/**
 * Events and values in one commit: fewer when it took longer than this, in milliseconds, else more. Deleting the fewest
 * takes a millisecond or two; a commit of so few that takes longer waits for the disk, which fewer would not shorten. While it
 * is late, ever more whatever they take: where commits wait for each other, how many are in one is how fast they leave.
 */
const COMMIT_MS = 6;
const ROWS = { min: 512, first: 512, max: 2_048, late: 4_096 };
/** How long it waits for the thread that is to delete them, which starts in a tenth of a second, and how often it asks, in milliseconds. */
const THREAD_MS = { max: 2_000, look: 20 };
/** Where that thread doesn't come: what this one deletes takes a millisecond, and a sync of the disk. */
const ROWS_HERE = 48;
const PAGE_RUNS = 16;
const ARCHIVE_CHARACTERS_MAX = 1_000_000;

export interface RetentionOptions {
  readonly host: Host;
  readonly store: Store;
  readonly clock: Clock;
  readonly committer: Committer;
  readonly folds: Folds;
}

/** Of its runs no more than that: hundreds of families are kept until they are enough for a commit, and outlive collections. */
interface Family {
  readonly runs: readonly { readonly key: RunKey; readonly id: string }[];
  readonly payloads: readonly PayloadId[];
  readonly position: number;
}

export class Retention {
  readonly #options: RetentionOptions;
  readonly #plan: RetentionPlan | undefined;
  #cancelTimer: CancelTimer | undefined;
  #stopped = false;
  #began = 0;
  #isLate = false;
  #rowsMax = ROWS.first;
  /** How long the thread that deletes may still be waited for in this look. */
  #threadMs = THREAD_MS.max;
  /** Runs that others were forked from, or that something was said of, since the last look at the log. */
  readonly #needed = new Set<string>();
  /** Runs that are being removed by a commit that is on its way. */
  readonly #leaving = new Set<string>();
  /** What went wrong and was reported, until it goes well again. */
  readonly #told = new Set<string>();
  #archiving: Promise<void> | undefined;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#plan = options.store.role === "owner" ? options.host.retention : undefined;
  }

  /** Looks for old runs from now on. */
  open(): void {
    const plan = this.#plan;
    if (!plan || this.#stopped) return;
    const everyMs = Math.min(LOOK_MS.max, Math.max(LOOK_MS.min, plan.afterMs / LOOKS_PER_RETENTION));
    const look = async (): Promise<void> => {
      try {
        await this.#look(plan);
        this.#told.delete("");
      } catch (error) {
        this.#report("", "trimming old runs failed; it is tried again", error);
      }
      if (!this.#stopped) this.#after(everyMs, () => void look());
    };
    this.#after(everyMs, () => void look());
  }

  /** Resolves when nothing is written to the archive any more. */
  async close(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer?.();
    await this.#archiving?.catch(() => {
      // ignore: it was reported, and nothing was trimmed.
    });
  }

  /** Whether the run is gone for everybody, though a commit has yet to say so. */
  isLeaving(run: string): boolean {
    return this.#leaving.has(run);
  }

  /** Another run was forked from this one: it stays as long as that one does. */
  forked(run: string): void {
    if (this.#plan) this.#needed.add(run);
  }

  /** Something was said of a run that has ended: it stays until that was read, too. */
  appended(run: string): void {
    if (this.#plan) this.#needed.add(run);
  }

  /** Goes through the log once, and removes what is old. */
  async #look(plan: RetentionPlan): Promise<void> {
    const { clock } = this.#options;
    const before = clock.now() - plan.afterMs;
    this.#began = clock.monotonic();
    this.#threadMs = THREAD_MS.max;
    await this.#deleteLeft();
    for (let after: RunKey | undefined = 0; after !== undefined && !this.#stopped;) {
      const families: Family[] = [];
      await this.#seeStarted();
      after = await this.#gather(plan, before, after, families);
      if (families.length === 0) continue;
      await this.#trim(families);
      await this.#deleteLeft();
    }
  }

  /** Every event so far is in the store; from now on forks and what is said of ended runs are noted. */
  async #seeStarted(): Promise<void> {
    this.#needed.clear();
    await this.#options.committer.flushed();
  }

  /** Collects families, as many as fit into one commit; the key to go on after, undefined at the end. */
  async #gather(
    plan: RetentionPlan,
    before: number,
    afterKey: RunKey,
    families: Family[],
  ): Promise<RunKey | undefined> {
    const { store } = this.#options;
    const collected = new Set<RunKey>();
    const lines: string[] = [];
    let [rows, rowsMax] = [0, this.#rowsMax];
    let after: RunKey | undefined = afterKey;
    while (after !== undefined && rows < rowsMax && !this.#stopped) {
      const page = store.runsAfter(after, PAGE_RUNS);
      // Who started later has not ended earlier.
      after =
        page.length < PAGE_RUNS || (page.at(-1)?.startedAt ?? 0) >= before ? undefined : page.at(-1)?.key;
      for (const row of page) {
        const isOld = row.endedAt !== undefined && row.endedAt < before;
        if (isOld) this.#isLate = before - row.endedAt > plan.afterMs * LATE_PART + LOOK_MS.min;
        if (!isOld || collected.has(row.key) || attachedTo(store, row)) continue;
        const family = await this.#read(plan, row, before, lines);
        if (!family) continue;
        for (const { key } of family.runs) collected.add(key);
        if (families.length === 0) {
          await this.#awaitThread();
          rowsMax = this.#rowsAtOnce();
        }
        families.push(family);
        rows += family.runs.length + family.payloads.length + family.events;
        if (rows < rowsMax) continue;
        if (row !== page.at(-1)) after = row.key;
        break;
      }
      await this.#pause();
    }
    await this.#archive(plan, lines);
    return after;
  }

  /** The run's family with all that leaves with it; undefined when it is to stay. */
  async #read(
    plan: RetentionPlan,
    first: RunRow,
    before: number,
    lines: string[],
  ): Promise<(Family & { readonly events: number }) | undefined> {
    const { store } = this.#options;
    const pause = (): Promise<void> => this.#pause();
    try {
      const rows = await familyOf(store, first, before, pause);
      if (!rows) return undefined;
      const payloads = new Set<PayloadId>();
      let [position, events] = [0, 0];
      for (const row of rows.values()) {
        const line = plan.archive && new ArchiveLine();
        const member = await readMember(store, row, pause, line && ((page) => line.addEvents(page)));
        for (const id of member.payloads) payloads.add(id);
        position = Math.max(position, member.position);
        events += member.events;
        if (!line) continue;
        for (const id of member.payloads) {
          line.addValue(id, store.payload(id));
          await pause();
        }
        lines.push(line.of(row));
        await this.#archiveMany(plan, lines);
      }
      for (const id of await sharedWithOthers(store, rows, pause)) payloads.delete(id);
      this.#told.delete(first.id);
      const runs = Array.from(rows.values(), ({ key, id }) => ({ key, id }));
      return { runs, payloads: [...payloads], position, events };
    } catch (error) {
      if (!(error instanceof ReeveError && error.code === "file-damaged")) throw error;
      this.#report(first.id, `run '${first.id}' can't be trimmed`, error);
      return undefined;
    }
  }

  async #archiveMany(plan: RetentionPlan, lines: string[]): Promise<void> {
    const characters = lines.reduce((sum, line) => sum + line.length, 0);
    if (characters >= ARCHIVE_CHARACTERS_MAX) await this.#archive(plan, lines);
    await this.#pause();
  }

  async #archive({ archive }: RetentionPlan, lines: string[]): Promise<void> {
    if (!archive || lines.length === 0 || this.#stopped) return;
    this.#archiving = archive(lines.splice(0));
    await this.#archiving;
    this.#began = this.#options.clock.monotonic();
  }

  async #trim(families: readonly Family[]): Promise<void> {
    const { committer } = this.#options;
    await this.#commit(() => {
      const leaving = families.filter(({ runs }) =>
        runs.every(({ key, id }) => !this.#needed.has(id) && !committer.holdsEventsOf(key)),
      );
      for (const { runs } of leaving) for (const { id } of runs) this.#leaving.add(id);
      return {
        runs: leaving.flatMap(({ runs }) => runs.map(({ key }) => key)),
        payloads: leaving.flatMap(({ payloads }) => payloads),
        position: leaving.reduce((highest, { position }) => Math.max(highest, position), 0),
        rowsMax: this.#rowsAtOnce(),
      };
    });
  }

  /** A sync on this thread holds others up for as long as the disk is busy. */
  async #awaitThread(): Promise<void> {
    const { store } = this.#options;
    for (; !store.trimsAside() && this.#threadMs > 0; this.#threadMs -= THREAD_MS.look) {
      await new Promise<void>((resolve) => this.#after(THREAD_MS.look, resolve));
      this.#began = this.#options.clock.monotonic();
    }
  }

  #rowsAtOnce(): number {
    return this.#options.store.trimsAside() ? this.#rowsMax : ROWS_HERE;
  }

  /** Deletes what earlier commits had no room for. */
  async #deleteLeft(): Promise<void> {
    await this.#pause();
    while (this.#options.store.trimmed().isLeft) {
      await this.#awaitThread();
      const rest = (): Trim => ({ runs: [], payloads: [], position: 0, rowsMax: this.#rowsAtOnce() });
      if (!(await this.#commit(rest))) return;
      await this.#pause();
    }
  }

  /** Writes a commit of its own, so that one which is refused needs not be kept: what it held is found again. */
  async #commit(trimNow: () => Trim): Promise<boolean> {
    const { clock, committer, folds } = this.#options;
    let [began, rowsMax] = [0, 0];
    let checkpoints: readonly Checkpoint[] = [];
    try {
      const isDone = await committer.alone(() => {
        if (this.#stopped) return undefined;
        began = clock.monotonic();
        const trim = trimNow();
        rowsMax = trim.rowsMax;
        checkpoints = folds.checkpointsUpTo(trim.position);
        return { ...EMPTY_BATCH, checkpoints, trim };
      });
      if (!isDone) return false;
    } finally {
      this.#leaving.clear();
    }
    folds.covered(checkpoints);
    if (rowsMax < this.#rowsMax) return true;
    const isQuick = clock.monotonic() - began <= COMMIT_MS;
    const rows = this.#isLate || isQuick ? this.#rowsMax * 1.25 : this.#rowsMax / 2;
    this.#rowsMax = Math.round(Math.min(this.#isLate ? ROWS.late : ROWS.max, Math.max(ROWS.min, rows)));
    return true;
  }

  /** Lets others have their turn when the slice is used up. */
  async #pause(): Promise<void> {
    const { clock } = this.#options;
    const workedMs = clock.monotonic() - this.#began;
    if (workedMs < (this.#isLate ? SLICE_MS.late : SLICE_MS.calm)) return;
    const pauseMs = this.#isLate ? PAUSE_MS.late : Math.min(PAUSE_MS.max, Math.max(PAUSE_MS.min, workedMs));
    await new Promise<void>((resolve) => this.#after(pauseMs, resolve));
    this.#began = clock.monotonic();
  }

  #after(delayMs: number, go: () => void): void {
    this.#cancelTimer = this.#options.clock.timer(delayMs, go, { keepAlive: false });
  }

  #report(about: string, what: string, error: unknown): void {
    if (this.#stopped || this.#told.has(about)) return;
    this.#told.add(about);
    this.#options.host.report({ what, error });
  }
}
