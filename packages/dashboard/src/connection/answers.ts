/**
 * Answers of the server as state: kept while they are read anew, so that a page is never blank, and shared by all who
 * ask the same. Bounded: the oldest answers nobody looks at are forgotten.
 */
import { signal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { addressOf, ask, isAnswer, type Asked } from "./ask.ts";
import type { InputOf, OutputOf } from "./contract.ts";
import { isPaused, onReturn } from "./live.ts";
import { RequestError } from "./request.ts";

/** What is known of an answer. */
export interface Answer<Value> {
  readonly value: Value | undefined;
  readonly error: RequestError | undefined;
  /** When it was read, in epoch milliseconds; 0: not yet. */
  readonly at: number;
}

/** Reads; `show` puts what is at hand while it reads on. */
type Read = (before: unknown, show: (value: unknown) => void) => Promise<unknown>;

interface Entry {
  readonly state: Signal<Answer<unknown>>;
  readonly read: Read;
  /** It is built on what was read before, and may be large. */
  readonly isKept: boolean;
  users: number;
  isReading: boolean;
  isStale: boolean;
  nextAt: number;
}

const ENTRIES_MAX = 60;
/** Of those that may be large, beside what is in sight. */
const KEPT_MAX = 2;
/** How soon the same is read again, however often it changes. */
const AGAIN_MS = 1_000;
const nothing: Answer<unknown> = { value: undefined, error: undefined, at: 0 };
const entries = new Map<string, Entry>();

onReturn(() => {
  for (const entry of entries.values()) markStale(entry);
});

/** The answer to a question, read when it is first asked and again when `refresh` names it. Undefined asks nothing. */
export function useAnswer<Name extends Asked>(
  name: Name,
  input: InputOf<Name> | undefined,
): Answer<OutputOf<Name>> {
  const entry =
    input === undefined ? undefined : entryOf(addressOf(name, input), () => ask(name, input), false);
  return useEntry(entry, (value) => isAnswer(name, value));
}

/**
 * An answer that each reading builds on the one before, as `read` says. It is read anew when `refresh` names the address;
 * undefined asks nothing.
 */
export function useKept<Value>(
  address: string | undefined,
  read: (before: Value | undefined, show: (value: Value) => void) => Promise<Value>,
  isValue: (value: unknown) => value is Value,
): Answer<Value> {
  const entry =
    address === undefined
      ? undefined
      : entryOf(address, (before, show) => read(isValue(before) ? before : undefined, show), true);
  return useEntry(entry, isValue);
}

function useEntry<Value>(
  entry: Entry | undefined,
  isValue: (value: unknown) => value is Value,
): Answer<Value> {
  useEffect(() => {
    if (entry === undefined) return;
    entry.users++;
    markStale(entry);
    return () => {
      entry.users--;
      forgetOldest();
    };
  }, [entry]);
  const { value, error, at } = entry?.state.value ?? nothing;
  return { value: isValue(value) ? value : undefined, error, at };
}

/**
 * Reads anew what is in sight at this path of the API; with `isDeep`, also what is below it. Values do not change once
 * they are there.
 */
export function refresh(path: string, isDeep = false): void {
  for (const [address, entry] of entries) {
    const [own = ""] = address.split("?");
    const isMeant = own === path || (isDeep && own.startsWith(`${path}/`));
    if (isMeant && !(own.endsWith("/value") && entry.state.peek().value !== undefined)) markStale(entry);
  }
}

/** Sets an answer that came by itself. */
export function putAnswer<Name extends Asked>(name: Name, input: InputOf<Name>, value: OutputOf<Name>): void {
  const entry = entryOf(addressOf(name, input), () => ask(name, input), false);
  entry.state.value = { value, error: undefined, at: Date.now() };
}

function entryOf(address: string, read: Read, isKept: boolean): Entry {
  const known = entries.get(address);
  if (known !== undefined) return known;
  const entry: Entry = {
    state: signal(nothing),
    read,
    isKept,
    users: 0,
    isReading: false,
    isStale: false,
    nextAt: 0,
  };
  entries.set(address, entry);
  return entry;
}

/** What nobody looks at is read when it is looked at. */
function markStale(entry: Entry): void {
  entry.isStale = true;
  if (entry.isReading || entry.users === 0) return;
  if (isPaused.peek() && entry.state.peek().at > 0) return;
  entry.isReading = true;
  setTimeout(() => void readNow(entry), Math.max(0, entry.nextAt - Date.now()));
}

async function readNow(entry: Entry): Promise<void> {
  entry.isStale = false;
  entry.nextAt = Date.now() + AGAIN_MS;
  const put = (value: unknown): void => {
    entry.state.value = { value, error: undefined, at: Date.now() };
  };
  try {
    put(await entry.read(entry.state.peek().value, put));
  } catch (cause) {
    const error = cause instanceof RequestError ? cause : new RequestError(0, "unexpected", String(cause));
    const { value, at } = entry.state.peek();
    entry.state.value = { value, error, at };
  }
  entry.isReading = false;
  // It changed while it was read.
  if (entry.isStale) markStale(entry);
}

function forgetOldest(): void {
  const left = [...entries].filter(([, { users, isReading }]) => users === 0 && !isReading);
  const kept = left.filter(([, { isKept }]) => isKept);
  for (const [address] of kept.slice(0, Math.max(0, kept.length - KEPT_MAX))) entries.delete(address);
  for (const [address] of left) {
    if (entries.size <= ENTRIES_MAX) return;
    entries.delete(address);
  }
}
