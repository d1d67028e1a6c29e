/** The patterns that runs can be started with, by name and version. */
import type { Pattern } from "../delegation/pattern.ts";
import { ReeveError } from "../errors.ts";
import { patternVersion } from "../patterns/fingerprint.ts";
import { requiredGrants } from "../patterns/tree.ts";
import { closestName } from "./closest-name.ts";

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
    const latest = this.#byName.get(name)?.at(-1);
    if (latest) return latest;
    const names = [...this.#byName.keys()];
    const close = closestName(name, names);
    throw new ReeveError("pattern-not-found", `there is no pattern '${name}'`, {
      hint: close ? `did you mean '${close}'?` : `registered are: ${names.join(", ") || "none"}`,
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

  /** The pattern that goes on with a run of this version; undefined when there is none. */
  continuing(name: string, version: string): Registered | undefined {
    const versions = this.#byName.get(name) ?? [];
    return (
      versions.find((registered) => registered.version === version) ??
      versions.find((registered) => registered.pattern.continues.includes(version))
    );
  }
}
