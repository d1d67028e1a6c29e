/**
 * Which settings of choosing hold now: those that the runtime was opened with, or those of the profile that is active.
 * Which one is active stands in the log, so it holds over restarts and for every process.
 */
import { closestName } from "../delegation/closest-name.ts";
import { showValue } from "../delegation/show-value.ts";
import type { Engine } from "../engine/engine.ts";
import { ReeveError } from "../errors.ts";
import type { Choosing } from "./choosing-options.ts";
import type { Settings } from "./settings.ts";

export class Profiles {
  readonly #engine: Engine;
  readonly #settings: Settings;
  /** An active profile without settings here is reported once. */
  #reported: string | undefined;

  constructor(engine: Engine, settings: Settings) {
    this.#engine = engine;
    this.#settings = settings;
  }

  get choosing(): Choosing {
    const { choosing, profiles } = this.#settings;
    const active = this.active;
    return (active !== undefined && profiles.get(active)) || choosing;
  }

  /** Its name, whether or not this runtime has settings for it. */
  get active(): string | undefined {
    const active = this.#engine.controls().profile?.profile;
    if (active !== undefined && active !== this.#reported && !this.#settings.profiles.has(active)) {
      this.#reported = active;
      const error = new Error("it is active in the log; the settings without a profile hold");
      this.#settings.report({ what: `there is no profile '${active}'`, error });
    }
    return active;
  }

  /** @throws ReeveError `option-invalid` */
  async activate(name: unknown): Promise<void> {
    const known = [...this.#settings.profiles.keys()];
    if (name !== undefined && (typeof name !== "string" || !known.includes(name))) {
      const close = typeof name === "string" ? closestName(name, known) : undefined;
      const listed =
        known.length === 0 ? "there are none: set createRuntime({ profiles })" : known.join(", ");
      throw new ReeveError(
        "option-invalid",
        `there is no profile ${typeof name === "string" ? `'${name}'` : showValue(name)}`,
        {
          hint: close === undefined ? `profiles: ${listed}` : `did you mean '${close}'?`,
        },
      );
    }
    // A guest does not see what others have asked for and the owner has yet to do.
    if (this.#engine.role === "owner" && this.#engine.controls().profile?.profile === name) return;
    const by = this.#settings.caller.principal;
    await this.#engine.control({
      kind: "profile-activated",
      by,
      ...(name !== undefined && { profile: name }),
    });
  }
}
