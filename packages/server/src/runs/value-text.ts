/** Values as text for people: JSON, and what JSON lacks in its nearest form. */
import type { ValueView } from "../contract/event.ts";

const CHARACTERS = 200_000;

export function valueView(value: unknown, charactersMax: number = CHARACTERS): ValueView {
  const text = JSON.stringify(plain(value), undefined, 2) ?? "undefined";
  return {
    text: text.length > charactersMax ? text.slice(0, charactersMax) : text,
    truncated: text.length > charactersMax,
    characters: text.length,
  };
}

/** A copy of plain JSON: maps with text keys as objects, other maps and sets as lists, bytes as base64. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Set) return Array.from(value, plain);
  if (value instanceof Map) return plainMap(value);
  if (value instanceof Error) return { name: value.name, message: value.message };
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}

function plainMap(map: ReadonlyMap<unknown, unknown>): unknown {
  const entries = Array.from(map, ([key, entry]) => [plain(key), plain(entry)] as const);
  return entries.every(([key]) => typeof key === "string") ? Object.fromEntries(entries) : entries;
}
