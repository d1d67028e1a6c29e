/** Silences of alerts: who set them, why and until when, kept in the log. They end by the engine's clock. */
import type { Silence } from "../delegation/alert.ts";
import { showValue } from "../delegation/show-value.ts";
import type { Engine } from "../engine/engine.ts";
import { ReeveError } from "../errors.ts";
import { reasonText } from "./check-call.ts";
import type { Settings } from "./settings.ts";

const FOR_MS_MIN = 1_000;
const FOR_MS_MAX = 30 * 86_400_000;
const NAME_LENGTH_MAX = 300;
const ID_LENGTH = 12;

export interface SilenceOptions {
  /** Why; shown wherever the alert is. */
  readonly reason: string;
  /** How long it holds, in milliseconds, from 1_000 to 30 days. */
  readonly forMs: number;
}

export class Silences {
  readonly #engine: Engine;
  readonly #settings: Settings;

  constructor(engine: Engine, settings: Settings) {
    this.#engine = engine;
    this.#settings = settings;
  }

  /** @throws ReeveError `option-invalid` */
  async set(alert: unknown, options: unknown): Promise<string> {
    const checked = { alert: checkName(alert), ...checkOptions(options) };
    const { random, caller } = this.#settings;
    const id = random.id().slice(0, ID_LENGTH);
    const { forMs, ...said } = checked;
    const until = this.#engine.clock.now() + forMs;
    await this.#engine.control({ kind: "alert-silenced", silence: id, ...said, until, by: caller.principal });
    return id;
  }

  async end(id: string): Promise<void> {
    if (!this.inForce().some((silence) => silence.id === id)) return;
    await this.#engine.control({ kind: "silence-ended", silence: id, by: this.#settings.caller.principal });
  }

  /** Those that hold now, the next to end first. */
  inForce(): readonly Silence[] {
    const now = this.#engine.clock.now();
    return [...this.#engine.controls().silences.values()]
      .filter(({ until }) => until > now)
      .toSorted((left, right) => left.until - right.until);
  }
}

function checkName(alert: unknown): string {
  const fits = typeof alert === "string" && alert !== "" && alert.length <= NAME_LENGTH_MAX;
  if (fits && !alert.slice(0, -1).includes("*")) return alert;
  throw new ReeveError("option-invalid", `silence: alert is ${showValue(alert)}`, {
    hint: `name an alert such as stuck/orders, or the beginning of some and a *, such as objective/checkout/*`,
  });
}

function checkOptions(options: unknown): SilenceOptions {
  const given: { readonly [key: string]: unknown } =
    typeof options === "object" && options !== null ? { ...options } : {};
  const { reason, forMs } = given;
  if (typeof reason !== "string" || reason.trim() === "")
    throw new ReeveError("option-invalid", `silence: reason is ${showValue(reason)}`, {
      hint: 'say why, for those who wonder: { reason: "the bank is down until six", forMs: 7_200_000 }',
    });
  if (typeof forMs !== "number" || !(forMs >= FOR_MS_MIN && forMs <= FOR_MS_MAX))
    throw new ReeveError("option-invalid", `silence: forMs is ${showValue(forMs)}`, {
      hint: `give milliseconds from ${FOR_MS_MIN} to ${FOR_MS_MAX}: a silence without an end is forgotten`,
    });
  return { reason: reasonText(reason), forMs };
}
