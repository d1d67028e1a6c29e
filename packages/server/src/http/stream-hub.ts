/**
 * The event stream: one look at the log four times a second for all clients, while there are any.
 *
 * Invariants: (1) a client holds no queue, only how far it was told: what it is told is put together when it can take
 * it, so that a slow one gets fewer and newer values; (2) every chunk ends with the position up to which it tells, so
 * that a client that comes back misses nothing; (3) a topic is told at most four times a second.
 */
import { ReeveError } from "@reeve/core";
import type { StreamMessage } from "../contract/stream.ts";
import { overviewOf } from "./overview-of.ts";
import { StreamClient, type ClientOptions } from "./stream-client.ts";
import type { Views } from "./views.ts";

const LOOK_MS = 250;
const CLIENTS_MAX = 100;
/** Of one principal: a program that forgets its streams must not keep people from seeing what goes on. */
const OWN_CLIENTS_MAX = 50;
/** Comments keep connections open through whatever is between. */
const BEATS = 15_000 / LOOK_MS;

export class StreamHub {
  readonly #views: Views;
  readonly #clients = new Set<StreamClient>();
  readonly #shared = new Map<
    "overview" | "needs",
    { readonly at: string; readonly message: Promise<StreamMessage> }
  >();
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;
  #isLooking = false;

  constructor(views: Views) {
    this.#views = views;
  }

  /** @throws ReeveError `runtime-unavailable` when there are too many clients */
  open(options: ClientOptions): Response {
    const own = [...this.#clients].filter(({ principal }) => principal === options.principal).length;
    if (own >= OWN_CLIENTS_MAX || this.#clients.size >= CLIENTS_MAX) {
      const whose = own >= OWN_CLIENTS_MAX ? `'${options.principal}' has ${own}` : `there are ${CLIENTS_MAX}`;
      throw new ReeveError("runtime-unavailable", `${whose} open streams already`, {
        hint: "close pages that nobody looks at, and streams that nobody reads",
        retryable: true,
      });
    }
    const client = new StreamClient(options, {
      views: this.#views,
      shared: (topic) => this.#message(topic),
      mark: () => this.#mark(),
      leave: () => this.#leave(client),
    });
    this.#clients.add(client);
    this.#timer ??= setInterval(() => void this.#look(), LOOK_MS);
    return client.response();
  }

  close(): void {
    for (const client of this.#clients) client.end();
  }

  #leave(client: StreamClient): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#views.sources.fresh();
      await this.#views.unfinished.refresh();
      const isBeat = ++this.#looks % BEATS === 0;
      const mark = this.#mark();
      for (const client of this.#clients) client.look(mark, isBeat);
    } catch (error) {
      this.#views.sources.told("looking for news for the event stream", error);
    } finally {
      this.#isLooking = false;
    }
  }

  /** Changes when the values that are told as a whole may have. */
  #mark(): string {
    const { state, blockedMs } = this.#views.state();
    return `${this.#views.position} ${state} ${Math.floor((blockedMs ?? 0) / 1_000)}`;
  }

  /** Computed once for all clients. */
  #message(topic: "overview" | "needs"): Promise<StreamMessage> {
    const at = this.#mark();
    const known = this.#shared.get(topic);
    if (known?.at === at) return known.message;
    const message: Promise<StreamMessage> =
      topic === "overview"
        ? overviewOf(this.#views).then((overview) => ({ type: "overview", overview }))
        : this.#views.needs().then((needs) => ({ type: "needs", needs }));
    this.#shared.set(topic, { at, message });
    return message;
  }
}
