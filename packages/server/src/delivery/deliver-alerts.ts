/**
 * Hands news of alerts on to receivers: what each is owed stands in the log, as does each attempt.
 *
 * Invariants: (1) one request at a time is under way per receiver, so that it has news in order; (2) what a process that died
 * had sent and not noted is sent again, with the same id: a receiver may have a change twice, and never misses one until
 * it was given up, which is noted too.
 */
import {
  alertOutbox,
  ReeveError,
  silenceOf,
  type AlertOutbox,
  type Event,
  type FoldReader,
  type OwedChange,
  type Runtime,
} from "@reeve/core";
import { postAlerts, postChange, type AlertReceiver, type Posting } from "./post-news.ts";

export type { AlertReceiver } from "./post-news.ts";

export interface DeliveryOptions {
  /** Who is told; at most 20. Who is not named any more is owed nothing. */
  readonly receivers: readonly AlertReceiver[];
  /** How long a receiver may take to answer, in milliseconds. @default 10_000 */
  readonly requestMsMax?: number;
  /** Told when a receiver can't be reached, once until it can be again. @default nobody */
  readonly report?: (problem: { readonly what: string; readonly error: unknown }) => void;
}

export interface AlertDelivery {
  /** Stops; what was not taken is sent at the next start. */
  close(): Promise<void>;
}

type Tried = Extract<Event, { readonly kind: "alert-delivery-tried" }>;

const LOOK_EVERY_MS = 1_000;
const REPOST_EVERY_MS = 60_000;
const RETRY_MS = { first: 1_000, max: 300_000 };
/** A receiver that is absent for about two hours is given up for that change. */
const ATTEMPTS_MAX = 30;
const REQUEST_MS_MAX = 10_000;
const RECEIVERS_MAX = 20;
const NAME = /^[\w.-]{1,64}$/;

/**
 * Delivers until it is closed; close it before the runtime. Only the log's owner delivers.
 * @throws ReeveError `option-invalid`
 */
export async function deliverAlerts(
  runtime: Pick<Runtime, "engine" | "alerts" | "silences">,
  options: DeliveryOptions,
): Promise<AlertDelivery> {
  const receivers = checkReceivers(options.receivers);
  const { engine } = runtime;
  if (engine.role === "guest") return { close: async () => {} };
  const outbox = await engine.fold(alertOutbox);
  const names = receivers.map(({ name }) => name);
  const known = [...outbox.state().receivers.keys()];
  if (names.toSorted().join() !== known.toSorted().join())
    await engine.control({ kind: "alert-receivers-set", receivers: names });
  return new Delivering(runtime, outbox, { ...options, receivers });
}

class Delivering implements AlertDelivery {
  readonly #runtime: Pick<Runtime, "engine" | "alerts" | "silences">;
  readonly #outbox: FoldReader<AlertOutbox>;
  readonly #options: DeliveryOptions;
  readonly #leaving = new AbortController();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #repostedAt = new Map<string, number>();
  readonly #told = new Set<string>();
  #cancelTimer: () => void = () => {};

  constructor(
    runtime: Pick<Runtime, "engine" | "alerts" | "silences">,
    outbox: FoldReader<AlertOutbox>,
    options: DeliveryOptions,
  ) {
    this.#runtime = runtime;
    this.#outbox = outbox;
    this.#options = options;
    this.#wait();
  }

  async close(): Promise<void> {
    this.#cancelTimer();
    this.#leaving.abort();
    await Promise.all(this.#underWay.values());
  }

  #wait(): void {
    const tick = (): void => {
      for (const receiver of this.#options.receivers) this.#look(receiver);
      this.#wait();
    };
    this.#cancelTimer = this.#runtime.engine.clock.timer(LOOK_EVERY_MS, tick, { keepAlive: false });
  }

  #look(receiver: AlertReceiver): void {
    const { name } = receiver;
    if (this.#underWay.has(name)) return;
    const work = this.#next(receiver);
    if (!work) return;
    const done = work.finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, done);
  }

  /** What is to be done for a receiver now; undefined: nothing. */
  #next(receiver: AlertReceiver): Promise<void> | undefined {
    const now = this.#runtime.engine.clock.now();
    const silences = this.#runtime.silences();
    const state = this.#outbox.state();
    const { owed = [], told = [] } = state.receivers.get(receiver.name) ?? {};
    for (const change of owed) {
      // Who was told that it fires hears that it is over: an incident that was opened there stays open otherwise.
      const isOwedAnyway = change.state === "resolved" && told.includes(change.alert);
      if (!isOwedAnyway && silenceOf(change.alert, silences, now)) {
        // What fires waits for the end of the silence; what began during it and is over by then nobody needs to know.
        if (state.firing.get(change.alert)?.position === change.position) continue;
        return this.#note(receiver.name, change, { outcome: "silenced" });
      }
      return dueAt(change) <= now ? this.#deliver(receiver, change) : undefined;
    }
    return this.#repost(receiver, now);
  }

  async #deliver(receiver: AlertReceiver, change: OwedChange): Promise<void> {
    const { name } = receiver;
    try {
      await postChange(receiver, change, this.#posting());
    } catch (error) {
      // Not an attempt: it was broken off.
      if (this.#leaving.signal.aborted) return;
      this.#failed(name, error);
      const isLast = change.attempts + 1 >= ATTEMPTS_MAX;
      await this.#note(name, change, { outcome: isLast ? "given-up" : "failed", error: messageOf(error) });
      return;
    }
    this.#told.delete(name);
    await this.#note(name, change, { outcome: "delivered" });
  }

  /** Alertmanager forgets what it is not told again. What fails here is told with the next minute. */
  #repost(receiver: AlertReceiver, now: number): Promise<void> | undefined {
    if (!("alertmanager" in receiver) || now - (this.#repostedAt.get(receiver.name) ?? 0) < REPOST_EVERY_MS)
      return undefined;
    this.#repostedAt.set(receiver.name, now);
    const silences = this.#runtime.silences();
    const alerts = this.#runtime.alerts().filter(({ alert }) => !silenceOf(alert, silences, now));
    if (alerts.length === 0) return undefined;
    return postAlerts(receiver.alertmanager, alerts, this.#posting()).catch((error: unknown) => {
      if (!this.#leaving.signal.aborted) this.#failed(receiver.name, error);
    });
  }

  #posting(): Posting {
    const { engine } = this.#runtime;
    const { requestMsMax = REQUEST_MS_MAX } = this.#options;
    return { logId: engine.logId, now: engine.clock.now(), requestMsMax, signal: this.#leaving.signal };
  }

  async #note(receiver: string, change: OwedChange, tried: Pick<Tried, "outcome" | "error">): Promise<void> {
    try {
      const fact = { kind: "alert-delivery-tried", receiver, change: change.position, ...tried } as const;
      await this.#runtime.engine.control(fact);
    } catch (error) {
      // Then it is sent again, with the same id.
      this.#options.report?.({ what: `that '${change.alert}' was handed on can't be kept`, error });
    }
  }

  #failed(name: string, error: unknown): void {
    if (this.#told.has(name)) return;
    this.#told.add(name);
    this.#options.report?.({ what: `news of alerts is not taken by ${name}`, error });
  }
}

/** When a change is to be tried. */
function dueAt({ attempts, triedAt }: OwedChange): number {
  if (triedAt === undefined) return 0;
  return triedAt + Math.min(RETRY_MS.max, RETRY_MS.first * 2 ** (attempts - 1));
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function checkReceivers(receivers: readonly AlertReceiver[]): readonly AlertReceiver[] {
  if (receivers.length > RECEIVERS_MAX)
    throw invalid("receivers.length", String(receivers.length), `give at most ${RECEIVERS_MAX}`);
  const names = new Set<string>();
  for (const [index, receiver] of receivers.entries()) {
    const { name } = receiver;
    if (!NAME.test(name) || names.has(name))
      throw invalid(
        `receivers[${index}].name`,
        name,
        "give each a name of its own: 1 to 64 letters, digits, dots, dashes",
      );
    names.add(name);
    const [field, url] =
      "webhook" in receiver ? ["webhook", receiver.webhook] : ["alertmanager", receiver.alertmanager];
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ""))
      throw invalid(`receivers[${index}].${field}`, url, "give an address such as http://127.0.0.1:9093");
  }
  return receivers;
}

function invalid(place: string, received: string, hint: string): ReeveError {
  return new ReeveError("option-invalid", `deliverAlerts: ${place} is '${received}'`, { hint });
}
