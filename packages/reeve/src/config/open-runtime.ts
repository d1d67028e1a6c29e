/**
 * Opens the runtime that the configuration describes. As a guest it never executes anything: commands that only look,
 * or ask the owner for something, must not begin to work off the runs they find.
 */
import { existsSync } from "node:fs";
import { createRuntime, memoryEngine, type Engine, type Runtime, type RuntimeOptions } from "@reeve/core";
import type { Call } from "../command-line/command.ts";
import { configurationError, CommandError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { oneLine } from "../output/safe-text.ts";
import { findConfig } from "./find-config.ts";
import { loadConfig } from "./load-config.ts";
import { outsideSettings, withOutside, type OutsideSetting } from "./outside-settings.ts";

type Report = NonNullable<RuntimeOptions["report"]>;

/**
 * Opens the log for work: as its owner, or as a guest when another process has it.
 * @param also is told, too, what goes wrong beside the runs
 * @param defaults holds where the configuration says nothing
 */
export async function openForWork(
  call: Call,
  also?: Report,
  defaults: Pick<RuntimeOptions, "telemetry"> = {},
): Promise<Runtime> {
  const configured = await configOf(call);
  const options = { ...defaults, ...configured.options };
  return createConfigured(call, { ...configured, options }, options.engine, also);
}

/**
 * Opens the log as a guest.
 * @throws CommandError when there is no log yet, or it is not in a file.
 */
export async function openAsGuest(call: Call): Promise<Runtime> {
  const configured = await configOf(call);
  const { engine } = configured.options;
  if (!engine.capabilities.file) {
    throw configurationError(
      "the configured engine keeps its log in memory, where no other process can see it",
      'use engine: sqliteEngine("reeve.db")',
    );
  }
  try {
    return await createConfigured(call, configured, engine.asGuest());
  } catch (error) {
    if (hasNoLog(engine, error)) throw new NoLogYet();
    throw error;
  }
}

/**
 * Opens the log in order to look at what was learned: as a guest, or, when there is no log yet, an empty one in memory.
 */
export async function openToLook(call: Call): Promise<Runtime> {
  try {
    return await openAsGuest(call);
  } catch (error) {
    if (!(error instanceof NoLogYet)) throw error;
    const configured = await configOf(call);
    return createConfigured(call, configured, memoryEngine());
  }
}

/**
 * Opens the log in order to say something that concerns it as a whole: as a guest, or, when there is no log yet, as the
 * owner of a new one, which has no runs that could be set going.
 */
export async function openToAsk(call: Call): Promise<Runtime> {
  try {
    return await openAsGuest(call);
  } catch (error) {
    if (error instanceof NoLogYet) return openForWork(call);
    throw error;
  }
}

/** Nothing was ever started, so there is no file. */
export class NoLogYet extends CommandError {
  constructor() {
    super(EXIT.notFound, "there is no log yet: no run was started", "start one: reeve run NAME --input JSON");
  }
}

/** What a call is to work with, and where each part of it was given. */
export interface Configured {
  readonly file: string;
  /** What the file says, with what is given outside in its place. */
  readonly options: RuntimeOptions;
  readonly outside: readonly OutsideSetting[];
  /** What the file itself says. */
  readonly written: RuntimeOptions;
}

/** @throws CommandError */
export async function configOf(call: Call): Promise<Configured> {
  const outside = outsideSettings(call);
  const file = findConfig(call);
  const written = await loadConfig(file);
  return { file, options: withOutside(written, outside), outside, written };
}

/** An option or a pattern that is refused here is a fault of the configuration, not of the command line. */
async function createConfigured(
  call: Call,
  configured: Configured,
  engine: Engine,
  also?: Report,
): Promise<Runtime> {
  const { options } = configured;
  const told = options.report ?? reportTo(call);
  const report: Report = (problem) => {
    also?.(problem);
    told(problem);
  };
  try {
    return await createRuntime({ ...options, engine, report });
  } catch (error) {
    throw placed(error, configured);
  }
}

/** An option that is refused, with the place where it was given; every other error as it is. */
export function placed(error: unknown, { file, outside }: Configured): unknown {
  if (!(error instanceof Error && "code" in error && error.code === "option-invalid")) return error;
  const hint = "hint" in error && typeof error.hint === "string" ? error.hint : undefined;
  const refused = outside.find(({ name }) => error.message.startsWith(`createRuntime: ${name} is `));
  return configurationError(`${refused?.place ?? file}: ${error.message}`, hint, error);
}

/** The file an engine keeps its log in, where it says so. */
export function fileOf(engine: Engine): string | undefined {
  return "file" in engine && typeof engine.file === "string" ? engine.file : undefined;
}

/** An engine that does not name its file says so when it is opened. */
function hasNoLog(engine: Engine, error: unknown): boolean {
  const file = fileOf(engine);
  if (file !== undefined) return !existsSync(file);
  return error instanceof Error && error.message.startsWith("there is no file ");
}

function reportTo({ terminal }: Call): Report {
  return ({ what, error }) => {
    const message = error instanceof Error ? error.message : String(error);
    terminal.err.line(`${terminal.err.paint("yellow", "warning:")} ${oneLine(`${what}: ${message}`)}`);
  };
}
