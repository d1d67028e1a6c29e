/**
 * What is paused, the open breakers, the schedules and the alerts that fire: a fold over what was said about the log as a whole. Such events are filed under a
 * run of their own, which is made when the first one is said and never walked.
 */
import type { ActiveAlert, Silence } from "../../delegation/alert.ts";
import { afterChange, type OpenBreaker } from "../../delegation/breaker.ts";
import type { Event } from "../../delegation/event.ts";
import {
  CONTROLS,
  type ControlFact,
  type ControlState,
  type Pause,
  type ScheduleRecord,
} from "../../delegation/controls.ts";
import type { RunKey, RunRow, Store } from "../store.ts";
import type { Vault } from "../../secrets/vault.ts";
import type { Committer } from "./committer.ts";
import { redactFact } from "./redact-fact.ts";

const PAGE_EVENTS = 500;
export const CONTEXT: RunRow["context"] = {
  domain: "default",
  agentType: "default",
  priority: 2,
  attributes: {},
  principal: "local",
  grants: [],
};
/** Begins the name of the place that runs of a paused pattern wait for. */
const PAUSED = "~";

interface Folded extends ControlState {
  readonly patterns: Map<string, Pause>;
  readonly agents: Map<string, Pause>;
  readonly breakers: Map<string, OpenBreaker>;
  readonly schedules: Map<string, ScheduleRecord>;
  profile: ControlState["profile"];
  readonly alerts: Map<string, ActiveAlert>;
  readonly silences: Map<string, Silence>;
}

export class Controls {
  readonly #store: Store;
  readonly #committer: Committer;
  readonly #vault: Vault;
  readonly state: Folded = {
    patterns: new Map(),
    agents: new Map(),
    breakers: new Map(),
    schedules: new Map(),
    profile: undefined,
    alerts: new Map(),
    silences: new Map(),
  };
  #key: RunKey | undefined;
  #seq = 0;

  constructor(store: Store, committer: Committer, vault: Vault) {
    this.#store = store;
    this.#committer = committer;
    this.#vault = vault;
  }

  /** Reads what was said since the last call, also by another process; whether there was anything. */
  catchUp(): boolean {
    this.#key ??= this.#store.runById(CONTROLS)?.key;
    if (this.#key === undefined) return false;
    for (const before = this.#seq; ;) {
      const page = this.#store.history(this.#key, this.#seq, PAGE_EVENTS);
      for (const event of page) this.#take(event);
      if (page.length < PAGE_EVENTS) return this.#seq > before;
    }
  }

  append(fact: ControlFact): void {
    const key = (this.#key ??= this.#begin());
    this.#take(this.#committer.addEvent(key, CONTROLS, this.#seq + 1, redactFact(fact, this.#vault)));
  }

  holdsBack(pattern: string, agent: string): boolean {
    return this.state.agents.has(agent) || this.state.patterns.has(pattern);
  }

  /** The place that new runs of a paused pattern wait for; undefined when it is not paused. */
  placeWhilePaused(pattern: string): string | undefined {
    return this.state.patterns.has(pattern) ? placeOf(pattern) : undefined;
  }

  /** Whether no run may begin at the place, since its pattern is paused. */
  isClosed(place: string): boolean {
    return this.state.patterns.size > 0 && this.state.patterns.has(patternAt(place));
  }

  #begin(): RunKey {
    const key = this.#committer.nextRunKey();
    const at = this.#committer.now();
    const run = { pattern: CONTROLS, patternVersion: "1", input: undefined, context: CONTEXT };
    const row = { ...run, key, id: CONTROLS, inputDigest: "", origin: undefined, startedAt: at };
    this.#committer.addRun({ ...row, state: "running", outcome: undefined, endedAt: undefined });
    this.#take(this.#committer.addEvent(key, CONTROLS, 1, { kind: "run-started", ...run }, at));
    return key;
  }

  #take(event: Event): void {
    this.#seq = event.seq;
    const { patterns, agents, schedules } = this.state;
    switch (event.kind) {
      case "pattern-paused":
        patterns.set(event.pattern, event);
        return;
      case "pattern-resumed":
        patterns.delete(event.pattern);
        return;
      case "agent-paused":
        agents.set(event.agent, event);
        return;
      case "agent-resumed":
        agents.delete(event.agent);
        return;
      case "breaker-changed":
        this.#takeBreaker(event);
        return;
      case "schedule-set":
        schedules.set(event.name, event);
        return;
      case "schedule-removed":
        schedules.delete(event.name);
        return;
      case "profile-activated": {
        const { profile, by, at } = event;
        this.state.profile = profile === undefined ? undefined : { profile, by, at };
        return;
      }
      case "alert-changed":
        this.#takeAlert(event);
        return;
      case "alert-silenced":
        this.#takeSilence(event);
        return;
      case "silence-ended":
        this.state.silences.delete(event.silence);
        return;
      default:
        return;
    }
  }

  #takeBreaker(event: Event & { kind: "breaker-changed" }): void {
    const { breakers } = this.state;
    const after = afterChange(breakers.get(event.agent), event, event.at);
    if (after) breakers.set(event.agent, after);
    else breakers.delete(event.agent);
  }

  /** Those that have ended by themselves are forgotten with the next one. */
  #takeSilence({ silence: id, alert, reason, by, at, until }: Event & { kind: "alert-silenced" }): void {
    const { silences } = this.state;
    for (const other of silences.values()) if (other.until <= at) silences.delete(other.id);
    silences.set(id, { id, alert, reason, by, at, until });
  }

  #takeAlert(event: Event & { kind: "alert-changed" }): void {
    const { alert, state, severity, summary, pattern, example, at } = event;
    if (state === "resolved") {
      this.state.alerts.delete(alert);
      return;
    }
    const about = { ...(pattern !== undefined && { pattern }), ...(example !== undefined && { example }) };
    this.state.alerts.set(alert, { alert, severity, summary, ...about, since: at });
  }
}

/** The place that runs of a pattern wait for when they were started while it was paused. */
export function placeOf(pattern: string): string {
  return PAUSED + encodeURIComponent(pattern);
}

/** The pattern whose runs wait for the place: limits name theirs `pattern#number` or `pattern#number:key`. */
export function patternAt(place: string): string {
  const end = place.indexOf("#");
  return decodeURIComponent(end < 0 ? place.slice(PAUSED.length) : place.slice(0, end));
}
