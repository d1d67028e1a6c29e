/** Shows a run's progress while it goes on: a live tree on a terminal, plain lines elsewhere. */
import {
  systemClock,
  type Clock,
  type Event,
  type Outcome,
  type Pattern,
  type RunHandle,
  type Runtime,
} from "@reeve/core";
import { advance } from "../progress/advance.ts";
import { outlineOf, type Outline } from "../progress/outline.ts";
import { unknownPlan } from "../progress/plan.ts";
import { newProgress, type Progress } from "../progress/progress.ts";
import { clockText } from "./duration.ts";
import { openLiveDisplay } from "./live-display.ts";
import { openLines } from "./open-lines.ts";
import { describe, plainLines } from "./plain-lines.ts";
import { progressLines, treeLines } from "./progress-lines.ts";
import { queuedText } from "./stand-line.ts";
import { outputStream, type Environment, type OutputStream } from "./terminal.ts";
import { watchSurroundings, type Asked } from "./watch-surroundings.ts";

/** Ten frames a second look alive; more is flicker. */
const FRAME_MS = 100;
/** A run that was just started has its first events behind it when it is followed. */
const RECENT_MS = 1_000;

export interface FollowOptions {
  /** Shows also the steps that have not begun. @default only those the run has reached */
  readonly pattern?: Pattern | undefined;
  /** Where to show it. @default standard error */
  readonly stream?: NodeJS.WriteStream;
  /** @default this process's; NO_COLOR, FORCE_COLOR, TERM and CI count */
  readonly environment?: Environment;
  /** Asked where child runs stand, what is paused or left alone beside the run, and what is queued before it. @default none is shown */
  readonly runtime?: Pick<Runtime, "run" | "runs" | "paused" | "breakers">;
  /** What happened before (epoch milliseconds) is counted but not told in lines. @default a second ago */
  readonly tellFrom?: number;
  /** Stops showing; the run goes on. */
  readonly signal?: AbortSignal;
  /** @default the machine's */
  readonly clock?: Clock;
}

/**
 * Shows the run until it ends.
 * @returns its outcome; undefined when `signal` aborted or the runtime closed before.
 * @throws ReeveError `run-not-found`
 */
export async function followRun<Output>(
  run: RunHandle<Output>,
  options: FollowOptions = {},
): Promise<Outcome<Output> | undefined> {
  const stream = outputStream(options.stream ?? process.stderr, options.environment ?? process.env);
  const { pattern, runtime, ...rest } = options;
  const outline = pattern && outlineOf(pattern);
  return await followOn(run, stream, { ...rest, ...(runtime && { runtime }), outline });
}

interface FollowOnOptions extends Omit<FollowOptions, "stream" | "environment" | "pattern" | "runtime"> {
  readonly outline?: Outline | undefined;
  readonly runtime?: Asked;
  readonly redacted?: boolean;
}

/** The same on a stream that is wrapped already, so that lines from elsewhere can be written above the display. */
export async function followOn<Output>(
  run: RunHandle<Output>,
  stream: OutputStream,
  options: FollowOnOptions,
): Promise<Outcome<Output> | undefined> {
  const { outline, clock = systemClock(), signal, redacted = false } = options;
  const { tellFrom = clock.now() - RECENT_MS } = options;
  const record = await run.record();
  const progress = newProgress(outline?.plan ?? unknownPlan(record.pattern));
  const view = stream.isLive
    ? liveView(run.id, stream, progress, clock, tellFrom)
    : plainView(run.id, stream, clock, tellFrom, record.state === "queued");
  const stopWatching = options.runtime
    ? await watchSurroundings(progress, { runtime: options.runtime, record, outline }, () =>
        view.stand(progress),
      )
    : undefined;
  try {
    const ending = signal ? { signal } : {};
    let from = 0;
    for await (const event of run.events({ follow: false, ...ending })) {
      advance(progress, event);
      view.show(event, progress);
      from = event.position;
    }
    view.caughtUp(progress);
    // A stranded run does not go on, so there is nothing to wait for.
    const follow = (await run.record()).state !== "stranded";
    for await (const event of run.events({ from, follow, ...ending })) {
      advance(progress, event);
      view.show(event, progress);
      // One of before is followed by what became of the run since.
      if (event.kind === "run-stranded" && (await run.record()).state === "stranded") break;
    }
  } finally {
    stopWatching?.();
    view.close();
  }
  return progress.outcome === undefined ? undefined : run.outcome({ redacted });
}

interface View {
  /** Something beside the run holds it back now, or does so no longer. */
  stand(progress: Progress): void;
  show(event: Event, progress: Progress): void;
  /** What happened before it was followed was shown. */
  caughtUp(progress: Progress): void;
  close(): void;
}

function plainView(
  runId: string,
  stream: OutputStream,
  clock: Clock,
  tellFrom: number,
  isQueued: boolean,
): View {
  const lines = plainLines(runId);
  return {
    stand: ({ heldBack }) => {
      stream.line(`${clockText(clock.now())}  ${heldBack ?? "nothing holds back the run any more"}`);
    },
    show: (event, progress) => {
      const made = lines.linesFor(event, progress);
      const { queued, queuePlace, heldBack } = progress;
      // Of a run that is still queued, whatever its start was.
      const isTold = heldBack !== undefined || queued?.notBefore !== undefined;
      if (event.kind === "run-started" && isQueued && queued && !isTold) {
        stream.line(`${clockText(event.at)}  ${queuedText(queued, queuePlace, event.at)}`);
      }
      if (event.at >= tellFrom) for (const line of made) stream.line(line);
    },
    caughtUp: (progress) => {
      for (const line of openLines(progress, runId, tellFrom)) stream.line(line);
    },
    close: () => {},
  };
}

function liveView(
  runId: string,
  stream: OutputStream,
  progress: Progress,
  clock: Clock,
  tellFrom: number,
): View {
  const display = openLiveDisplay(stream);
  const stopDiverting = stream.divert((line) => display.above(line));
  const draw = (): void => {
    const { columns, rows, paint } = stream;
    const options = { runId, now: clock.now(), paint, columns, rows: rowsFor(rows), isMoving: true };
    display.draw(progressLines(progress, options));
  };
  const frames = setInterval(draw, FRAME_MS);
  const stopWatching = stream.onResize(draw);
  return {
    // The next frame shows it.
    stand: () => {},
    show: (event) => {
      const isTold = event.kind === "step-logged" && (event.level === "warn" || event.level === "error");
      if (!isTold || event.at < tellFrom) return;
      for (const line of describe(event, runId)) stream.line(stream.paint("yellow", line));
    },
    caughtUp: () => {},
    close: () => {
      clearInterval(frames);
      stopWatching();
      stopDiverting();
      display.close();
      const { columns, rows, paint } = stream;
      const options = { runId, now: clock.now(), paint, columns, rows };
      // What stays is the whole tree if it fits into a window, else what matters of it.
      const lines = progressLines(progress, options);
      const whole = treeLines(progress, options);
      for (const line of whole.length < rows ? [lines[0] ?? "", ...whole] : lines) stream.line(line);
    },
  };
}

/** Leaves room for the last lines written above the display, unless the window is tiny. */
function rowsFor(windowRows: number): number {
  return windowRows > 6 ? windowRows - 3 : Math.max(1, windowRows - 1);
}
