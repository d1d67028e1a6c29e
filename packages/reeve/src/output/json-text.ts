/** Values as JSON for people and programs: what JSON lacks is shown in its nearest form, and nothing escapes. */
import { ACTED_ON } from "./safe-text.ts";

/** JSON allows it in strings. */
const UNSAFE = new RegExp(`[${ACTED_ON}]`, "g");

/** JSON text without control characters. @param indent 0: one line. */
export function jsonText(value: unknown, indent = 0): string {
  const text = JSON.stringify(plain(value), undefined, indent) ?? "null";
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A copy of plain JSON: maps with string keys as objects, other maps and sets as lists, bytes as base64. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Set) return Array.from(value, plain);
  if (value instanceof Map) {
    const entries = Array.from(
      value,
      ([key, entry]: [unknown, unknown]) => [plain(key), plain(entry)] as const,
    );
    return entries.every(([key]) => typeof key === "string") ? Object.fromEntries(entries) : entries;
  }
  if (value instanceof Error) return { name: value.name, message: value.message };
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}
