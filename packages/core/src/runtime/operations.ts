/** What operators do to a log as a whole: pausing patterns and agents, and schedules. */
import { encode } from "../delegation/codec.ts";
import type { ContextRequest } from "../delegation/context.ts";
import { makeContext, type Caller } from "../delegation/make-context.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { showValue } from "../delegation/show-value.ts";
import type { Pause } from "../delegation/controls.ts";
import type { Engine } from "../engine/engine.ts";
import { ReeveError } from "../errors.ts";
import { nextTime } from "../schedules/next-time.ts";
import { parseSchedule } from "../schedules/parse-schedule.ts";
import { redact } from "../secrets/redact.ts";
import type { Missed } from "../schedules/schedule.ts";
import type { Registry } from "../selection/registry.ts";
import { reasonText } from "./check-call.ts";

/** What can be paused: every run of a pattern, or every attempt of an agent. */
export type Pausable = { readonly pattern: string } | { readonly agent: string };

/** What is paused, with why, by whom and since when, by name. */
export interface Paused {
  readonly patterns: { readonly [pattern: string]: Pause };
  readonly agents: { readonly [agent: string]: Pause };
}

export interface ScheduleOptions {
  /** The pattern, or its name. */
  readonly pattern: Pattern | string;
  /** Five fields: minute, hour, day of month, month, weekday; or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`. */
  readonly cron: string;
  /** An IANA name such as `Europe/Berlin`. @default "UTC" */
  readonly timeZone?: string;
  /** What becomes of the times while nobody worked: none is made up for, the last one is, or all. @default "once" */
  readonly missed?: Missed;
  /** Of each of its runs. @default none */
  readonly input?: unknown;
  readonly context?: ContextRequest;
}

/** A schedule as the log has it. */
export interface ScheduleView {
  readonly name: string;
  readonly pattern: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly missed: Missed;
  /** When it starts its next run, in epoch milliseconds; undefined: never again. */
  readonly nextAt: number | undefined;
  readonly setBy: string;
  readonly setAt: number;
}

export class Operations {
  readonly #engine: Engine;
  readonly #registry: Registry;
  readonly #caller: Caller;
  /** The one this process acts for by itself. */
  readonly #root: Caller;

  constructor(engine: Engine, registry: Registry, caller: Caller, root: Caller) {
    this.#engine = engine;
    this.#registry = registry;
    this.#caller = caller;
    this.#root = root;
  }

  async pause(what: Pausable, reason: unknown): Promise<void> {
    const named = this.#checked(what);
    const said = { reason: reasonText(reason), by: this.#caller.principal };
    await this.#engine.control(
      "pattern" in named
        ? { kind: "pattern-paused", pattern: named.pattern, ...said }
        : { kind: "agent-paused", agent: named.agent, ...said },
    );
  }

  async resume(what: Pausable): Promise<void> {
    const { patterns, agents } = this.#engine.controls();
    const by = this.#caller.principal;
    const name = "pattern" in what ? what.pattern : what.agent;
    if ("pattern" in what ? !patterns.has(name) : !agents.has(name)) return;
    await this.#engine.control(
      "pattern" in what
        ? { kind: "pattern-resumed", pattern: name, by }
        : { kind: "agent-resumed", agent: name, by },
    );
  }

  paused(): Paused {
    const { patterns, agents } = this.#engine.controls();
    const listed = (pauses: ReadonlyMap<string, Pause>): { [name: string]: Pause } =>
      Object.fromEntries(Array.from(pauses, ([name, { reason, by, at }]) => [name, { reason, by, at }]));
    return { patterns: listed(patterns), agents: listed(agents) };
  }

  async schedule(name: string, options: ScheduleOptions): Promise<void> {
    const { pattern, cron, timeZone, missed, input, context = {} } = options;
    const registered =
      typeof pattern === "string" ? this.#registry.named(pattern) : this.#registry.holding(pattern);
    const parsed = parseSchedule({ name, cron, timeZone, missed });
    // Held against what the caller may do now; what it leaves out is filled in when a run starts.
    const { grants } = makeContext(context, registered.pattern.matches, this.#caller);
    if (redact(context) !== context) {
      throw new ReeveError("option-invalid", `schedule '${name}': its context holds a secret`, {
        hint: "hand secrets on in the schedule's input, where they are sealed",
      });
    }
    await this.#engine.control(
      {
        kind: "schedule-set",
        name,
        cron: parsed.cron,
        timeZone: parsed.timeZone,
        missed: parsed.missed,
        pattern: registered.pattern.name,
        input: undefined,
        context: this.#caller === this.#root ? context : { ...context, grants },
        by: this.#caller.principal,
      },
      input === undefined ? undefined : encode(input, "input"),
    );
  }

  async unschedule(name: string): Promise<void> {
    if (!this.#engine.controls().schedules.has(name)) return;
    await this.#engine.control({ kind: "schedule-removed", name, by: this.#caller.principal });
  }

  schedules(): readonly ScheduleView[] {
    const now = this.#engine.clock.now();
    return Array.from(this.#engine.controls().schedules.values(), (record) => {
      const { name, pattern, cron, timeZone, missed, by, at } = record;
      const nextAt = nextTime(parseSchedule(record), now);
      return { name, pattern, cron, timeZone, missed, nextAt, setBy: by, setAt: at };
    });
  }

  /** @throws ReeveError `pattern-not-found`, `option-invalid` */
  #checked(what: Pausable): Pausable {
    const given: unknown = what;
    if (typeof given === "object" && given !== null) {
      if ("pattern" in given && typeof given.pattern === "string") {
        this.#registry.named(given.pattern);
        return { pattern: given.pattern };
      }
      if ("agent" in given && typeof given.agent === "string") {
        this.#registry.agentNamed(given.agent);
        return { agent: given.agent };
      }
    }
    throw new ReeveError("option-invalid", `pause: what to pause is ${showValue(given)}`, {
      hint: 'give { pattern: "name" } or { agent: "name" }',
    });
  }
}
