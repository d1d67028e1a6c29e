/** `reeve pause`: holds back a run, every run of a pattern, or an agent, from any terminal. */
import type { Pausable } from "@reeve/core";
import { openAccess } from "../access/open-access.ts";
import type { RuntimeAccess } from "../access/runtime-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { CommandError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { shellWord } from "../command-line/shell-word.ts";
import { awaitEcho, awaitTruth } from "./await-echo.ts";
import { findRun } from "./find-run.ts";
import { PAUSABLE_OPTIONS, pausableText, readPausable } from "./pausable.ts";
import { readProgress } from "./read-progress.ts";
import { tellTaken } from "./tell-taken.ts";

export const pauseCommand: Command = {
  name: "pause",
  words: ["[RUN]"],
  summary: "hold back a run, a pattern or an agent until it is resumed",
  examples: [
    ["reeve pause import-42", "no further attempt begins; those that run may end"],
    ['reeve pause --pattern import --reason "disk is full"', "every run of a pattern; new ones are queued"],
    ["reeve pause --agent mail", "every attempt of an agent, in whatever run"],
    ["reeve resume import-42", "lets it go on"],
  ],
  options: {
    ...PAUSABLE_OPTIONS,
    reason: { kind: "text", value: "TEXT", summary: "why; shown wherever it is waited for" },
    ...JSON_OPTION,
    ...ACCESS_OPTIONS,
  },
  run: async (call) => {
    const what = readPausable(call, "pause");
    const reason = call.given.text("reason") ?? "paused from the command line";
    if ("run" in what) await pauseRun(call, what.run, reason);
    else await pauseAll(call, what, reason);
    return EXIT.ok;
  },
};

async function pauseRun(call: Call, id: string, reason: string): Promise<void> {
  await using runtime = await openAccess(call, "guest");
  const { state, outcome } = await findRun(runtime, id);
  if (state === "ended") {
    throw new CommandError(
      EXIT.refused,
      `run '${id}' has ended: ${outcome ?? "ended"}; it can't be paused`,
      `see how: reeve show ${shellWord(id)}`,
    );
  }
  const run = runtime.run(id);
  const { progress, position } = await readProgress(runtime, run);
  if (progress.cancelReason !== undefined) {
    throw new CommandError(
      EXIT.refused,
      `run '${id}' is being cancelled; it can't be paused`,
      `see how far it is: reeve show ${shellWord(id)}`,
    );
  }
  const json = { run: id };
  if (progress.paused) {
    const done = `run ${id} is paused already: ${progress.paused.reason} (by ${progress.paused.by})`;
    return tellTaken(call, { taken: true, done, later: "", json });
  }
  await run.pause(reason);
  const echo = await awaitEcho(run, ({ kind }) => kind === "run-paused" || kind === "run-ended", position);
  if (echo?.kind === "run-ended") {
    throw new CommandError(
      EXIT.refused,
      `run '${id}' ended before it could be paused`,
      `see how: reeve show ${shellWord(id)}`,
    );
  }
  tellTaken(call, {
    taken: echo !== undefined,
    done: `run ${id} is paused: no further attempt begins; go on with reeve resume ${shellWord(id)}`,
    later: `run ${id} will be paused`,
    json,
  });
}

async function pauseAll(call: Call, what: Pausable, reason: string): Promise<void> {
  await using runtime = await openAccess(call, "ask");
  const known = await pauseOf(runtime, what);
  await runtime.pause(what, reason);
  const taken = await awaitTruth(async () => {
    const now = await pauseOf(runtime, what);
    return now !== undefined && now.at !== known?.at;
  });
  const [option, name] = "pattern" in what ? ["--pattern", what.pattern] : ["--agent", what.agent];
  const text = pausableText(what);
  tellTaken(call, {
    taken,
    done: `${text} is paused; go on with reeve resume ${option} ${shellWord(name)}`,
    later: `${text} will be paused`,
    json: what,
  });
}

async function pauseOf(runtime: RuntimeAccess, what: Pausable): Promise<{ readonly at: number } | undefined> {
  const { patterns, agents } = await runtime.paused();
  const [pauses, name] = "pattern" in what ? [patterns, what.pattern] : [agents, what.agent];
  return Object.hasOwn(pauses, name) ? pauses[name] : undefined;
}
