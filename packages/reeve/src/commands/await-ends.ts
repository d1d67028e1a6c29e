/** Waits for the ends of runs that would end with this process, and says what holds them back meanwhile. */
import type { RuntimeAccess } from "../access/runtime-access.ts";
import type { Call } from "../command-line/command.ts";
import { shellWord } from "../command-line/shell-word.ts";
import { plural } from "../output/number-text.ts";
import { openLines } from "../output/open-lines.ts";
import { oneLine } from "../output/safe-text.ts";
import { standLine } from "../output/stand-line.ts";
import { askSurroundings } from "../output/watch-surroundings.ts";
import { listenForInterrupts, tellDraining } from "./listen-for-interrupts.ts";
import { readProgress } from "./read-progress.ts";

const LOOK_EVERY_MS = 1_000;
/** More runs than this are not worth their queries each second. */
const RUNS_ASKED_MAX = 20;

/** @returns the exit code when it was interrupted; undefined once all have ended. */
export async function awaitEnds(
  call: Call,
  runtime: RuntimeAccess,
  ids: readonly string[],
): Promise<number | undefined> {
  const { err } = call.terminal;
  const open = new Set(ids);
  let completed = 0;
  const interruption = listenForInterrupts((name) => {
    tellDraining(name, err);
    return runtime.close();
  });
  err.line(`waiting for the end of ${plural(ids.length, "run")}; Ctrl-C keeps what is done`);
  const stopTelling = tellWaits(call, runtime, open);
  try {
    const ends = ids.map(async (id) => {
      const { status } = await runtime.run(id).outcome();
      open.delete(id);
      if (status === "completed") completed++;
    });
    await Promise.all(ends);
    err.line(`${plural(ids.length, "run")} ended, ${completed} of them as completed`);
    return undefined;
  } catch (error) {
    const interrupted = await interruption.settled();
    // Whoever asks a runtime that is closing is refused; that is what was asked for.
    if (interrupted === undefined) throw error;
    const [first = ""] = open;
    err.line(
      `stopped, ${plural(open.size, "run")} unfinished; what is done is kept. Go on with: reeve resume ${shellWord(first)}`,
    );
    return interrupted;
  } finally {
    stopTelling();
    interruption.stopListening();
  }
}

/** Says each reason once. @returns stops that */
function tellWaits({ terminal }: Call, runtime: RuntimeAccess, open: ReadonlySet<string>): () => void {
  const told = new Set<string>();
  let asking = false;
  const ask = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    try {
      for (const [reason, runs] of await waitsOf(runtime, [...open].slice(0, RUNS_ASKED_MAX))) {
        if (told.has(reason)) continue;
        told.add(reason);
        const [first = ""] = runs;
        const who = runs.length === 1 ? `${oneLine(first)} waits` : `${plural(runs.length, "run")} wait`;
        terminal.err.line(`${who}: ${reason}`);
      }
    } catch {
      // ignore: the runtime closes, or the run is not on disk yet; the next look tells
    } finally {
      asking = false;
    }
  };
  const timer = setInterval(() => void ask(), LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

/** By what holds them back: those of the runs that wait for something. */
async function waitsOf(
  runtime: RuntimeAccess,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const waits = new Map<string, string[]>();
  for (const id of ids) {
    const record = await runtime.run(id).record();
    if (record.state === "running" || record.state === "ended") continue;
    const outline = await runtime.outline(record.pattern);
    const { progress } = await readProgress(runtime, runtime.run(id));
    await askSurroundings(progress, { runtime, record, outline });
    // As of when it was queued or paused, so that the text is the same at each look.
    const since = progress.paused?.at ?? progress.queued?.since ?? 0;
    const reason = standLine(progress, id, since) ?? openLines(progress, id, Infinity)[0];
    if (reason !== undefined) waits.set(reason, [...(waits.get(reason) ?? []), id]);
  }
  return waits;
}
