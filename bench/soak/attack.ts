/**
 * The attack: starts the owner of a log again and again, kills it at random moments, now and then asks it to end in
 * order, kills its guest, and takes away the room on its disk. At last it lets one owner finish what is unfinished.
 */
import type { ChildProcess } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { seededRandom, type Random } from "reeve";
import { EXIT_NO_ROOM, type AttackedOptions } from "./attacked-options.ts";
import { startProgram, type Started } from "./child-program.ts";
import type { SoakFiles } from "./folder.ts";
import type { GuestOptions } from "./guest-child.ts";
import type { SmallDisk } from "./small-disk.ts";

export interface AttackOptions {
  readonly files: SoakFiles;
  readonly seed: number;
  readonly minutes: number;
  /** Undefined: no disk-full episodes. */
  readonly disk: SmallDisk | undefined;
}

export interface Attacked {
  kills: number;
  /** Ends in order, asked for. */
  closings: number;
  guestKills: number;
  fullDisks: number;
  /** Starts of the owner that were refused because the disk was full. */
  refusedOpenings: number;
  /** The most that the log with its write-ahead log took up, in bytes. */
  logBytesMax: number;
  /** What went wrong with the processes themselves, in words. */
  readonly faults: string[];
}

const RUNS_AT_ONCE = 64;
const EFFECT_MS_MAX = 4;
const RETENTION_MS = 20_000;
const CLOSE_MS_MAX = 10_000;
const FINISH_MS_MAX = 120_000;
/** An owner that says nothing for so long, with room on its disk, hangs. */
const STILL_MS_MAX = 20_000;
const LOOK_MS = 250;

export async function attack({ files, seed, minutes, disk }: AttackOptions): Promise<Attacked> {
  const random = seededRandom(seed);
  const until = Date.now() + minutes * 60_000;
  const attacked: Attacked = {
    kills: 0,
    closings: 0,
    guestKills: 0,
    fullDisks: 0,
    refusedOpenings: 0,
    logBytesMax: 0,
    faults: [],
  };
  const field: Field = { files, seed, until, disk, attacked, isFull: false, fullUntil: 0 };
  const guests = keepGuest(field, seededRandom(seed + 1));
  const episodes = disk ? takeRoom(field, disk, seededRandom(seed + 2)) : Promise.resolve();
  let life = 0;
  while (Date.now() < until) await oneLife(field, life++, random);
  await episodes;
  await finish(field, life);
  await guests.end();
  return attacked;
}

interface Field {
  readonly files: SoakFiles;
  readonly seed: number;
  readonly until: number;
  readonly disk: SmallDisk | undefined;
  readonly attacked: Attacked;
  isFull: boolean;
  /** When there was room again last. */
  fullUntil: number;
}

/** Some die while they still recover, most under full load; every tenth may end in order. */
async function oneLife(field: Field, life: number, random: Random): Promise<void> {
  const { attacked } = field;
  const draw = random.next();
  const lifeMs = draw < 0.2 ? random.next() * 400 : 400 + random.next() * 7_000;
  const isOrderly = random.next() < 0.1;
  const { child, ended } = startOwner(field, life, "load");
  const stopWatching = watch(field, child);
  const own = await within(Math.min(lifeMs, field.until + 1_000 - Date.now()), ended);
  if (!own) {
    child.kill(isOrderly ? "SIGTERM" : "SIGKILL");
    // One that does not end in order is killed; with a full disk it can't write what it would have to.
    const orderly = await within(CLOSE_MS_MAX, ended);
    if (!orderly) child.kill("SIGKILL");
    const { code } = await ended;
    if (code === null) attacked.kills++;
    else if (code === 0) attacked.closings++;
  }
  stopWatching();
  const { code } = await ended;
  if (code === EXIT_NO_ROOM) {
    attacked.refusedOpenings++;
    await setTimeout(LOOK_MS);
  } else if (code !== null && !(isOrderly && code === 0))
    attacked.faults.push(`owner ${life} ended by itself with ${code}`);
}

async function finish(field: Field, life: number): Promise<void> {
  const { child, ended } = startOwner(field, life, "finish");
  const own = await within(FINISH_MS_MAX, ended);
  if (!own) child.kill("SIGKILL");
  const { code } = await ended;
  if (!own) field.attacked.faults.push(`the last owner did not finish within ${FINISH_MS_MAX / 1_000} s`);
  else if (code !== 0) field.attacked.faults.push(`the last owner ended with ${code}`);
}

function startOwner({ files, seed }: Field, life: number, task: "load" | "finish"): Started {
  return startProgram(new URL("./attacked-child.ts", import.meta.url), {
    files,
    life,
    seed,
    task,
    runsAtOnce: RUNS_AT_ONCE,
    effectMsMax: EFFECT_MS_MAX,
    retentionMs: RETENTION_MS,
  } satisfies AttackedOptions);
}

/** Kills an owner that stands still, and measures its files; call the result to end that. */
function watch(field: Field, child: ChildProcess): () => void {
  const { files, attacked } = field;
  let bytes = 0;
  let movedAt = Date.now();
  const timer = setInterval(() => {
    attacked.logBytesMax = Math.max(attacked.logBytesMax, bytesOf(files.log) + bytesOf(`${files.log}-wal`));
    const now = bytesOf(files.ledger);
    if (now > bytes || field.isFull) movedAt = Date.now();
    bytes = now;
    if (Date.now() - Math.max(movedAt, field.fullUntil) < STILL_MS_MAX) return;
    attacked.faults.push(`an owner stood still for ${STILL_MS_MAX / 1_000} s`);
    child.kill("SIGKILL");
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/** Keeps one guest alive, and kills it now and then, until `end` is called. */
function keepGuest(field: Field, random: Random): { end(): Promise<void> } {
  const { files, seed, until, attacked } = field;
  const ending = new AbortController();
  const { signal } = ending;
  let stop = (): void => {};
  const kept = (async () => {
    for (let life = 0; !signal.aborted; life++) {
      // Before the first owner there is no log to be a guest of.
      while (!existsSync(files.log) && !signal.aborted) await setTimeout(LOOK_MS);
      const guest = startProgram(new URL("./guest-child.ts", import.meta.url), {
        files,
        life,
        seed,
        until,
      } satisfies GuestOptions);
      stop = () => void guest.child.kill("SIGTERM");
      const own = await within(3_000 + random.next() * 12_000, guest.ended);
      if (!own && !signal.aborted && Date.now() < until && guest.child.kill("SIGKILL")) attacked.guestKills++;
      const { code } = await guest.ended;
      if (code !== null && code !== 0) await setTimeout(LOOK_MS * 4);
    }
  })();
  return {
    end: () => {
      ending.abort();
      stop();
      return kept;
    },
  };
}

/** Takes away the room for a while, again and again; also while owners are killed and started. */
async function takeRoom(field: Field, disk: SmallDisk, random: Random): Promise<void> {
  const { attacked, until } = field;
  for (;;) {
    await setTimeout(5_000 + random.next() * 15_000);
    if (Date.now() > until - 5_000) return;
    field.isFull = true;
    attacked.fullDisks++;
    // Sometimes there is no room for anything, sometimes for a little while.
    disk.fill(random.next() < 0.5 ? 0 : random.next() * 2_000_000);
    await setTimeout(500 + random.next() * 3_000);
    disk.free();
    field.isFull = false;
    field.fullUntil = Date.now();
  }
}

function bytesOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** What the promise gives, or undefined when it takes longer. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const ending = new AbortController();
  const { signal } = ending;
  try {
    return await Promise.race([promise, setTimeout(Math.max(0, ms), undefined, { signal })]);
  } finally {
    ending.abort();
  }
}
