/**
 * Finds the output of the nearest completed step: the latest one inside the closest pattern around the asker.
 *
 * Each completion is noted under every pattern around it, so that a look-up costs one probe per level.
 */
import type { Runnable } from "../../delegation/agent.ts";
import type { Path } from "../../delegation/path.ts";
import type { Reference } from "../../delegation/reference.ts";

export class Outputs {
  readonly #latest = new Map<object, Map<Path, Reference>>();

  completed(node: Runnable, path: Path, output: Reference): void {
    let latest = this.#latest.get(node);
    if (!latest) this.#latest.set(node, (latest = new Map<Path, Reference>()));
    for (const around of pathsAround(path)) latest.set(around, output);
  }

  nearest(node: object, asker: Path): Reference | undefined {
    const latest = this.#latest.get(node);
    if (!latest) return undefined;
    for (const around of pathsAround(asker)) {
      const output = latest.get(around);
      if (output) return output;
    }
    return undefined;
  }
}

/** The paths around `path`, closest first, the root's (empty) last. */
function* pathsAround(path: Path): Generator<Path> {
  let around = path;
  while (around !== "") {
    around = around.slice(0, Math.max(0, around.lastIndexOf("/")));
    yield around;
  }
}
