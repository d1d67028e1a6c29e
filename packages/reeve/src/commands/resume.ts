/** `reeve resume`: goes on with an unfinished or paused run and follows it, or lets a pattern or an agent go on. */
import { closestName, type Pausable, type RunHandle } from "@reeve/core";
import { openAccess } from "../access/open-access.ts";
import type { RuntimeAccess } from "../access/runtime-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { CommandError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { oneLine } from "../output/safe-text.ts";
import { awaitTruth } from "./await-echo.ts";
import { findRun } from "./find-run.ts";
import { followToEnd } from "./follow-to-end.ts";
import { PAUSABLE_OPTIONS, pausableText, readPausable } from "./pausable.ts";
import { readProgress, type ReadProgress } from "./read-progress.ts";
import { tellTaken } from "./tell-taken.ts";

export const resumeCommand: Command = {
  name: "resume",
  words: ["[RUN]"],
  summary: "go on with an unfinished or paused run and follow it to its end",
  examples: [
    ["reeve resume import-42", "after Ctrl-C, a crash or reeve pause; its input is in the log"],
    ["reeve resume --pattern import", "let the runs of a paused pattern go on; --agent NAME likewise"],
    ["reeve runs --unfinished", "which runs wait to be resumed"],
  ],
  options: { ...PAUSABLE_OPTIONS, ...JSON_OPTION, ...ACCESS_OPTIONS },
  run: async (call) => {
    const what = readPausable(call, "resume");
    return "run" in what ? await resumeRun(call, what.run) : await resumeAll(call, what);
  },
};

async function resumeRun(call: Call, id: string): Promise<number> {
  let before: ReadProgress;
  {
    // Asked as a guest first: a mistyped id must not set the other unfinished runs going.
    await using guest = await openAccess(call, "guest");
    await findRun(guest, id);
    before = await readProgress(guest, guest.run(id));
  }
  await using runtime = await openAccess(call, "work");
  return await followToEnd(call, runtime, async () => {
    const run = runtime.run(id);
    await liftPause(call, runtime, run, before);
    return run;
  });
}

/** Harmless for a run that is not paused; a request to pause it may have waited until now. */
async function liftPause(
  { terminal }: Call,
  runtime: RuntimeAccess,
  run: RunHandle,
  { progress, position }: ReadProgress,
): Promise<void> {
  const { state } = await run.record();
  if (state === "ended" || state === "stranded") return;
  await run.resume();
  let { paused } = progress;
  for await (const event of run.events({ from: position, follow: false })) {
    if (event.kind === "run-paused") paused = event;
  }
  if (!paused) return;
  const lifted = runtime.role === "owner" ? "the pause is lifted" : "the owner is asked to lift the pause";
  terminal.err.line(oneLine(`run ${run.id} was paused: ${paused.reason} (by ${paused.by}); ${lifted}`));
}

async function resumeAll(call: Call, what: Pausable): Promise<number> {
  await using runtime = await openAccess(call, "ask");
  const isPaused = async (): Promise<boolean> => (await pausedNames(runtime, what)).includes(nameOf(what));
  const wasPaused = await isPaused();
  const text = pausableText(what);
  if (!wasPaused) await refuseUnknown(runtime, what);
  // Also when it is not paused: a request to pause it may be waiting for an owner.
  await runtime.resume(what);
  const taken = !wasPaused || (await awaitTruth(async () => !(await isPaused())));
  tellTaken(call, {
    taken,
    done: wasPaused
      ? `${text} goes on`
      : `${text} is not paused; a request to pause it that still waits for an owner is lifted too`,
    later: `${text} will go on`,
    json: what,
  });
  return EXIT.ok;
}

function nameOf(what: Pausable): string {
  return "pattern" in what ? what.pattern : what.agent;
}

async function pausedNames(runtime: RuntimeAccess, what: Pausable): Promise<string[]> {
  const { patterns, agents } = await runtime.paused();
  return Object.keys("pattern" in what ? patterns : agents);
}

/** A name that is not paused may be a slip for one that is. */
async function refuseUnknown(runtime: RuntimeAccess, what: Pausable): Promise<void> {
  const isPattern = "pattern" in what;
  const registered = await runtime.names(isPattern ? "patterns" : "agents");
  const name = nameOf(what);
  if (registered.includes(name)) return;
  const close = closestName(name, [...(await pausedNames(runtime, what)), ...registered]);
  throw new CommandError(
    EXIT.notFound,
    `${oneLine(pausableText(what))} is not paused, and there is no such ${isPattern ? "pattern" : "agent"}`,
    close === undefined ? "what is paused: reeve runs" : `did you mean '${oneLine(close)}'?`,
  );
}
