/**
 * Several processes at one log (E15). The owner takes what guests put into the inbox; a guest puts it there and
 * watches the log.
 */
import type { CancelTimer, Clock } from "../../clock.ts";
import { ReeveError } from "../../errors.ts";
import type { ControlFact } from "../../delegation/controls.ts";
import type {
  CancelRequest,
  Encoded,
  Engine,
  FeedbackRequest,
  SignalRequest,
  StartRequest,
} from "../engine.ts";
import type { InboxRequest, Store } from "../store.ts";
import type { Vault } from "../../secrets/vault.ts";
import { openRequest, sealRequest } from "./sealed-request.ts";

/** How often the other side's writes are looked for. The owner must see the inbox within 200 ms; people wait for guests. */
const POLL_MS = { owner: 100, guest: 50 };
const INBOX_PAGE = 100;

export interface ForeignHost {
  readonly store: Store;
  readonly clock: Clock;
  readonly engine: Engine;
  readonly vault: Vault;
  /** Marks an inbox row as dealt with, in the same commit as its effects. */
  take(id: number): void;
  afterCommit(acknowledge: () => void): void;
  changed(): void;
  report(what: string, error: unknown): void;
}

export class Foreign {
  readonly #host: ForeignHost;
  #cancelPoll: CancelTimer | undefined;
  #closed = false;
  #isTold = false;
  /** The other side has written what was not dealt with yet. */
  #isBehind = false;
  #isFailing = false;
  #takenUpTo = 0;
  readonly #changes = new Set<() => void>();

  constructor(host: ForeignHost) {
    this.#host = host;
  }

  /** Begins to look for the other side's writes; the inbox's first look is at once. */
  open(): void {
    if (!this.#host.store.capabilities.file) return;
    if (this.#host.store.role === "owner") this.#takeInbox();
    this.#pollLater();
  }

  close(): void {
    this.#closed = true;
    this.#cancelPoll?.();
    this.#wake();
  }

  /** Asks the owner to start a run; resolves when it has. */
  async start(request: StartRequest, isThere: () => boolean): Promise<void> {
    const { input, ...rest } = request;
    this.#ask({ kind: "start", ...rest, input: input ?? null });
    const release = this.#host.clock.hold();
    try {
      for (;;) {
        const changed = this.#nextChange();
        if (isThere()) return;
        if (this.#closed) {
          throw new ReeveError("runtime-closed", "the runtime closed before the owner took the run");
        }
        await changed;
      }
    } finally {
      release();
    }
  }

  cancel(run: string, request: CancelRequest): void {
    this.#ask({ kind: "cancel", run, ...request });
  }

  pause(run: string, request: CancelRequest): void {
    this.#ask({ kind: "pause", run, ...request });
  }

  unpause(run: string, request: { readonly by: string }): void {
    this.#ask({ kind: "unpause", run, ...request });
  }

  feedback(run: string, request: FeedbackRequest): void {
    this.#ask({ kind: "feedback", run, ...request });
  }

  control(fact: ControlFact, input: Encoded | undefined): void {
    this.#ask({ kind: "control", fact, input: input ?? null });
  }

  signal(run: string, request: SignalRequest): void {
    const { answer, ...rest } = request;
    this.#ask({ kind: "signal", run, ...rest, answer: answer ?? null });
  }

  #ask(request: InboxRequest): void {
    this.#host.store.putInbox(sealRequest(request, this.#host.vault));
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => this.#changes.add(resolve));
  }

  #wake(): void {
    for (const resolve of this.#changes) resolve();
    this.#changes.clear();
  }

  #pollLater(): void {
    if (this.#closed || this.#isTold) return;
    const { store, clock } = this.#host;
    this.#cancelPoll = clock.timer(POLL_MS[store.role], () => this.#poll(), { keepAlive: false });
  }

  /** The owner tells from now on when there may be something: nothing is looked for by time any more. */
  told(): void {
    this.#cancelPoll?.();
    this.#isTold = true;
    this.#look();
  }

  #poll(): void {
    this.#look();
    this.#pollLater();
  }

  #look(): void {
    if (this.#closed) return;
    try {
      // A write is seen once, so what could not be read then is tried again until it can.
      this.#isBehind ||= this.#host.store.foreignWrite();
      if (!this.#isBehind) return;
      if (this.#host.store.role === "owner") this.#takeInbox();
      this.#host.changed();
      this.#isBehind = false;
      this.#isFailing = false;
      this.#wake();
    } catch (error) {
      if (!this.#isFailing) this.#host.report("reading what other processes wrote", error);
      this.#isFailing = true;
    }
  }

  #takeInbox(): void {
    // What is left stays in the inbox for the next owner.
    if (this.#closed) return;
    const page = this.#host.store.inbox(INBOX_PAGE);
    for (const { id, request } of page) {
      // Taken before, in a batch that is not committed yet.
      if (id <= this.#takenUpTo) continue;
      this.#takenUpTo = id;
      this.#accept(request).catch((error: unknown) => {
        this.#host.report(`a request from another process (${request.kind})`, error);
      });
      this.#host.take(id);
    }
    if (page.length < INBOX_PAGE) return;
    this.#host.afterCommit(() => {
      this.#isBehind = true;
      this.#look();
    });
  }

  /** The engine's calls append at once, so the row is taken in the same commit. */
  async #accept(sealed: InboxRequest): Promise<unknown> {
    const { engine, vault } = this.#host;
    const request = openRequest(sealed, vault);
    switch (request.kind) {
      case "start": {
        const { kind: _kind, input, ...rest } = request;
        return engine.start({ ...rest, input: input ?? undefined });
      }
      case "cancel":
        return engine.cancel(request.run, request);
      case "pause":
        return engine.pause(request.run, request);
      case "feedback":
        return engine.feedback(request.run, request);
      case "control":
        return engine.control(request.fact, request.input ?? undefined);
      case "unpause":
        return engine.unpause(request.run, request);
      case "signal": {
        const { kind: _kind, run, answer, ...rest } = request;
        return engine.signal(run, { ...rest, answer: answer ?? undefined });
      }
    }
  }
}
