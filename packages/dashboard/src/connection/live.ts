/**
 * The live connection: one event stream for all topics that are in sight. It says how fresh the page is; while it is
 * away, everything stays as it was last seen, and afterwards whoever listens is told to read anew.
 *
 * Invariants: (1) at most one connection; (2) a new connection goes on from the last position; (3) while paused, there
 * is no connection and nobody is told anything.
 */
import { effect, signal, type ReadonlySignal } from "@preact/signals";
import type { StreamMessage } from "./contract.ts";
import { streamParser } from "./parse-stream.ts";

export type LinkState = "connecting" | "live" | "away" | "refused";

type Listener = (message: StreamMessage) => void;

const state = signal<LinkState>("connecting");
const heard = signal<number>(0);
const paused = signal(false);
const wanted = new Map<string, number>();
const listeners = new Set<Listener>();
const returned = new Set<() => void>();

/** Where the connection stands. */
export const linkState: ReadonlySignal<LinkState> = state;
/** When the server was last heard of, in epoch milliseconds; 0: never. */
export const heardAt: ReadonlySignal<number> = heard;
/** Whether somebody holds the page still. */
export const isPaused: ReadonlySignal<boolean> = paused;

const SILENCE_MS_MAX = 20_000;
const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 8_000;
const TOPICS_SETTLE_MS = 60;

let current: AbortController | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;
let retryMs = RETRY_MS_MIN;
let lastId: string | undefined;
let wasAway = false;

/** Holds the page still, or lets it go on and catch up. */
export function switchPaused(): void {
  paused.value = !paused.value;
  wasAway = true;
}

/** Wants a topic until the function returned is called. */
export function want(topic: string): () => void {
  wanted.set(topic, (wanted.get(topic) ?? 0) + 1);
  reconnectSoon();
  return () => {
    const count = (wanted.get(topic) ?? 1) - 1;
    if (count === 0) wanted.delete(topic);
    else wanted.set(topic, count);
    reconnectSoon();
  };
}

/** Is told every message, until the function returned is called. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Is told when the connection is there again, so that what was missed can be read. */
export function onReturn(listener: () => void): () => void {
  returned.add(listener);
  return () => returned.delete(listener);
}

/** Connects, and stays connected; called once. */
export function startLive(): void {
  effect(() => {
    if (paused.value) disconnect();
    else reconnectSoon();
  });
  window.addEventListener("online", reconnectSoon);
  window.addEventListener("pagehide", disconnect);
}

let topicsNow = "";

function reconnectSoon(): void {
  clearTimeout(retry);
  retry = setTimeout(() => {
    const topics = Array.from(wanted.keys()).toSorted().join(",");
    if (paused.peek() || topics === "") return;
    if (current !== undefined && topics === topicsNow && state.peek() === "live") return;
    topicsNow = topics;
    void connect(topics);
  }, TOPICS_SETTLE_MS);
}

function disconnect(): void {
  clearTimeout(retry);
  current?.abort();
  current = undefined;
}

async function connect(topics: string): Promise<void> {
  disconnect();
  const controller = new AbortController();
  current = controller;
  const watch = setInterval(() => {
    if (Date.now() - heard.peek() > SILENCE_MS_MAX) controller.abort();
  }, SILENCE_MS_MAX / 4);
  const isOver = await read(topics, controller.signal);
  clearInterval(watch);
  if (current !== controller) return;
  current = undefined;
  wasAway = true;
  state.value = isOver === "refused" ? "refused" : "away";
  retry = setTimeout(() => void connect(topics), retryMs);
  retryMs = Math.min(RETRY_MS_MAX, retryMs * 2);
}

async function read(topics: string, abort: AbortSignal): Promise<"ended" | "refused"> {
  try {
    const response = await fetch(`/api/stream?topics=${encodeURIComponent(topics)}`, {
      signal: abort,
      credentials: "same-origin",
      headers: { accept: "text/event-stream", ...(lastId === undefined ? {} : { "last-event-id": lastId }) },
    });
    if (response.status === 401 || response.status === 403) return "refused";
    if (!response.ok || response.body === null) return "ended";
    connected();
    const parse = streamParser(take);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return "ended";
      parse(value);
    }
  } catch {
    // A server that ended, a network that went, our own abort: all of them are tried again.
    return "ended";
  }
}

function connected(): void {
  retryMs = RETRY_MS_MIN;
  heard.value = Date.now();
  state.value = "live";
  if (!wasAway) return;
  wasAway = false;
  for (const tell of returned) tell();
}

function take(sent: { readonly id: string | undefined; readonly text: string } | undefined): void {
  heard.value = Date.now();
  if (sent === undefined) return;
  if (sent.id !== undefined) lastId = sent.id;
  const message: unknown = JSON.parse(sent.text);
  if (!isMessage(message)) return;
  for (const listener of listeners) listener(message);
}

function isMessage(value: unknown): value is StreamMessage {
  return typeof value === "object" && value !== null && "type" in value;
}
