/** The patterns that runs can be started with, by name and version. */
import type { AgentNode } from "../delegation/agent.ts";
import { missingGrants } from "../delegation/authority.ts";
import type { Context } from "../delegation/context.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { ReeveError } from "../errors.ts";
import { patternVersion } from "../patterns/fingerprint.ts";
import { agentsOf, requiredGrants } from "../patterns/tree.ts";
import { fitOf } from "./serves.ts";
import { closestName } from "../delegation/closest-name.ts";

export interface Registered {
  readonly pattern: Pattern;
  readonly version: string;
  /** The grants its steps require. */
  readonly requires: readonly string[];
}

export class Registry {
  /** Per name in the order of registration; the last one starts new runs. */
  readonly #byName = new Map<string, Registered[]>();

  /** @throws ReeveError `pattern-duplicate` when name and version are taken. */
  register(pattern: Pattern): void {
    const version = patternVersion(pattern);
    const versions = this.#byName.get(pattern.name) ?? [];
    if (versions.some((registered) => registered.version === version)) {
      throw new ReeveError("pattern-duplicate", `two patterns '${pattern.name}' have version '${version}'`, {
        hint: "register each once, or set `version` on one of them",
      });
    }
    versions.push({ pattern, version, requires: requiredGrants(pattern) });
    this.#byName.set(pattern.name, versions);
  }

  all(): readonly Registered[] {
    return [...this.#byName.values()].flat();
  }

  /** @throws ReeveError `pattern-not-found` */
  named(name: string): Registered {
    const latest = this.latest(name);
    if (latest) return latest;
    const names = [...this.#byName.keys()];
    const close = closestName(name, names);
    throw new ReeveError("pattern-not-found", `there is no pattern '${name}'`, {
      hint: close ? `did you mean '${close}'?` : `registered are: ${names.join(", ") || "none"}`,
    });
  }

  /** @throws ReeveError `agent-not-found` when no registered pattern calls an agent of this name. */
  agentNamed(name: string): AgentNode {
    const agents = this.all().flatMap(({ pattern }) => agentsOf(pattern));
    const found = agents.find((agent) => agent.name === name);
    if (found) return found;
    const names = [...new Set(agents.map((agent) => agent.name))];
    const close = closestName(name, names);
    throw new ReeveError("agent-not-found", `no registered pattern calls an agent '${name}'`, {
      hint: close ? `did you mean '${close}'?` : `they call: ${names.join(", ") || "none"}`,
    });
  }

  /** @throws ReeveError `pattern-not-found` when this very pattern is not registered. */
  holding(pattern: Pattern): Registered {
    const found = this.#byName.get(pattern.name)?.find((registered) => registered.pattern === pattern);
    if (found) return found;
    throw new ReeveError("pattern-not-found", `pattern '${pattern.name}' is not registered`, {
      hint: "hand it to createRuntime({ patterns: [ … ] }), so that its runs can be resumed",
    });
  }

  /** The version that starts new runs. */
  latest(name: string): Registered | undefined {
    return this.#byName.get(name)?.at(-1);
  }

  /**
   * The pattern that fits a context best among those that its grants allow; the first registered of equals.
   * @throws ReeveError `pattern-not-found`
   */
  serving(context: Context): Registered {
    let best: { readonly registered: Registered; readonly fit: number } | undefined;
    for (const versions of this.#byName.values()) {
      const registered = versions.at(-1);
      const fit = registered && fitOf(registered.pattern.matches, context);
      if (!registered || fit === undefined || (best && best.fit >= fit)) continue;
      if (missingGrants(context.grants, registered.requires).length === 0) best = { registered, fit };
    }
    if (best) return best.registered;
    throw new ReeveError(
      "pattern-not-found",
      `no pattern serves domain '${context.domain}' for agent type '${context.agentType}'`,
      { hint: "register one whose `matches` covers this context, and whose grants the run holds" },
    );
  }

  /** The pattern that goes on with a run of this version; undefined when there is none. */
  continuing(name: string, version: string): Registered | undefined {
    const versions = this.#byName.get(name) ?? [];
    return (
      versions.find((registered) => registered.version === version) ??
      versions.find((registered) => registered.pattern.continues.includes(version))
    );
  }
}
