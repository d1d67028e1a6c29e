/**
 * The patterns that runs can be started with, by name and version, and those that only finish what has begun.
 *
 * Invariants: (R1) a name and version is registered at most once; (R2) of each name, the version registered last starts
 * new runs, and it alone is chosen; (R3) what was replaced or removed starts nothing, and goes on with its runs.
 */
import type { AgentNode } from "../delegation/agent.ts";
import type { Context } from "../delegation/context.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { ReeveError } from "../errors.ts";
import { patternVersion } from "../patterns/fingerprint.ts";
import { agentsOf, requiredGrants } from "../patterns/tree.ts";
import { compileMatches } from "./matching.ts";
import { agentNotFound, nothingServes, patternNotFound } from "./not-found.ts";
import { PatternIndex } from "./pattern-index.ts";
import type { Indexed } from "./shelves.ts";

export interface Registered {
  readonly pattern: Pattern;
  readonly version: string;
  /** The grants without which it can't run. */
  readonly requires: readonly string[];
}

/** A pattern that serves a context, and how closely: the higher, the better. */
export interface Serving {
  readonly registered: Registered;
  readonly fit: number;
}

interface Entry extends Indexed {
  readonly registered: Registered;
}

interface Version {
  readonly registered: Registered;
  /** Undefined where the pattern does not say what it serves. */
  readonly entry: Entry | undefined;
}

interface Versions {
  /** In the order of registration; the last one starts new runs. */
  readonly active: Version[];
  /** By version. */
  readonly retired: Map<string, Registered>;
}

export class Registry {
  readonly #byName = new Map<string, Versions>();
  readonly #index = new PatternIndex<Entry>();
  #registrations = 0;

  /** @throws ReeveError `pattern-duplicate` when name and version are taken; `pattern-invalid` for wrong `matches`. */
  register(pattern: Pattern): Registered {
    const versions = this.#byName.get(pattern.name);
    const version = patternVersion(pattern);
    if (versions?.active.some(({ registered }) => registered.version === version)) {
      throw new ReeveError("pattern-duplicate", `two patterns '${pattern.name}' have version '${version}'`, {
        hint: "register each once, or set `version` on one of them",
      });
    }
    return this.#add(pattern);
  }

  /** Has a pattern that starts nothing go on with its runs. */
  keep(pattern: Pattern): void {
    const registered = { pattern, version: patternVersion(pattern), requires: requiredGrants(pattern) };
    const versions = this.#byName.get(pattern.name) ?? { active: [], retired: new Map() };
    versions.retired.set(registered.version, registered);
    this.#byName.set(pattern.name, versions);
  }

  /**
   * Puts the pattern in the place of all of its name.
   * @throws ReeveError `pattern-not-found` when there is none; `pattern-invalid` for wrong `matches`.
   */
  replace(pattern: Pattern): Registered {
    this.named(pattern.name);
    const added = this.#add(pattern);
    this.#retire(pattern.name, (registered) => registered !== added);
    return added;
  }

  /**
   * Removes a version, or all of a name.
   * @throws ReeveError `pattern-not-found`
   */
  remove(pattern: Pattern | string): void {
    if (typeof pattern === "string") {
      this.#retire(this.named(pattern).pattern.name, () => true);
      return;
    }
    const removed = this.holding(pattern);
    this.#retire(pattern.name, (registered) => registered === removed);
  }

  all(): readonly Registered[] {
    return Array.from(this.#byName.values(), ({ active }) => active.map(registeredOf)).flat();
  }

  /** @throws ReeveError `pattern-not-found` */
  named(name: string): Registered {
    const latest = this.latest(name);
    if (latest) return latest;
    const removed = this.finishing(name)?.pattern;
    throw patternNotFound(name, this.startable(), removed);
  }

  /** @throws ReeveError `agent-not-found` when no pattern that has runs, or may have, calls an agent of this name. */
  agentNamed(name: string): AgentNode {
    const agents = this.#known().flatMap(({ pattern }) => agentsOf(pattern));
    const found = agents.find((agent) => agent.name === name);
    if (found) return found;
    throw agentNotFound(name, agents);
  }

  /** @throws ReeveError `pattern-not-found` when this very pattern is not registered. */
  holding(pattern: Pattern): Registered {
    const found = this.#byName.get(pattern.name)?.active.find((each) => each.registered.pattern === pattern);
    if (found) return found.registered;
    throw new ReeveError("pattern-not-found", `pattern '${pattern.name}' is not registered`, {
      hint: "hand it to createRuntime({ patterns: [ … ] }), so that its runs can be resumed, or to runtime.register()",
    });
  }

  /** The version that starts new runs. */
  latest(name: string): Registered | undefined {
    return this.#byName.get(name)?.active.at(-1)?.registered;
  }

  /** The version that starts new runs; where all were removed, the one that did so last. */
  finishing(name: string): Registered | undefined {
    return this.latest(name) ?? [...(this.#byName.get(name)?.retired.values() ?? [])].at(-1);
  }

  /** The patterns that serve a context, whatever its grants, the best fitting first; of equals the first registered. */
  candidates(context: Context): readonly Serving[] {
    return this.#index.serving(context).map(({ entry, fit }) => ({ registered: entry.registered, fit }));
  }

  /** Of each name the version that starts new runs. */
  startable(): readonly Registered[] {
    return Array.from(this.#byName.values(), ({ active }) => active.slice(-1).map(registeredOf)).flat();
  }

  /** The error for a context that no pattern serves. */
  nothingServes(context: Context): ReeveError {
    return nothingServes(context, this.startable());
  }

  /** The pattern that goes on with a run of this version; undefined when there is none. */
  continuing(name: string, version: string): Registered | undefined {
    const versions = this.#byName.get(name);
    const active = versions?.active.map(registeredOf);
    return (
      active?.find((registered) => registered.version === version) ??
      versions?.retired.get(version) ??
      active?.find((registered) => registered.pattern.continues.includes(version))
    );
  }

  #known(): readonly Registered[] {
    const ofName = ({ active, retired }: Versions): Registered[] => [
      ...active.map(registeredOf),
      ...retired.values(),
    ];
    return Array.from(this.#byName.values(), ofName).flat();
  }

  #add(pattern: Pattern): Registered {
    const matching = pattern.matches && compileMatches(pattern.name, pattern.matches);
    const registered = { pattern, version: patternVersion(pattern), requires: requiredGrants(pattern) };
    const entry = matching && { matching, order: this.#registrations++, registered };
    const versions: Versions = this.#byName.get(pattern.name) ?? { active: [], retired: new Map() };
    this.#byName.set(pattern.name, versions);
    versions.retired.delete(registered.version);
    this.#setActive(versions, [...versions.active, { registered, entry }]);
    return registered;
  }

  #retire(name: string, isConcerned: (registered: Registered) => boolean): void {
    const versions = this.#byName.get(name);
    if (!versions) return;
    const kept = versions.active.filter(({ registered }) => !isConcerned(registered));
    for (const { registered } of versions.active) {
      const isReplaced = kept.some((each) => each.registered.version === registered.version);
      if (!isReplaced) versions.retired.set(registered.version, registered);
    }
    this.#setActive(versions, kept);
  }

  /** Only the last version is found by context. */
  #setActive({ active }: Versions, next: readonly Version[]): void {
    const before = active.at(-1)?.entry;
    const entry = next.at(-1)?.entry;
    active.splice(0, active.length, ...next);
    if (entry === before) return;
    if (before) this.#index.remove(before);
    if (entry) this.#index.add(entry);
  }
}

function registeredOf({ registered }: Version): Registered {
  return registered;
}
