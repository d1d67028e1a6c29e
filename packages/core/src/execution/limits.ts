/**
 * The places a run takes up: one for each limit of its pattern, and of its own for each key. A place's name says which
 * limit it is under, so that it is found again after a restart.
 */
import type { Context } from "../delegation/context.ts";
import type { Admission } from "../delegation/event.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { describeRefused } from "../delegation/promise-like.ts";
import type { PlaceLimit } from "../delegation/limit.ts";
import { ReeveError } from "../errors.ts";

/** A place is kept with every queued run. */
const KEY_LENGTH_MAX = 200;

/**
 * What a run of `pattern` has to wait for; undefined where nothing.
 * @param input as the pattern's schema gave it
 * @throws ReeveError `decision-failed` when a key is no text; what a key function throws.
 */
export function admissionOf(
  pattern: Pattern,
  context: Context,
  input: unknown,
  notBefore: number | undefined,
  now: number,
): Admission | undefined {
  if (pattern.limits.length === 0 && notBefore === undefined) return undefined;
  const places = pattern.limits.map((limit, index) => {
    const name = placePrefix(pattern.name, index);
    return limit.key ? `${name}:${keyText(pattern, limit.key(context, input))}` : name;
  });
  const { timeoutMs } = pattern;
  return {
    places,
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(timeoutMs === undefined ? {} : { deadline: (notBefore ?? now) + timeoutMs }),
  };
}

/** The limit that a place is under; undefined where the pattern has it no longer. */
export function limitOf(
  place: string,
  patternNamed: (name: string) => Pattern | undefined,
): PlaceLimit | undefined {
  const [prefix = ""] = place.split(":", 1);
  const at = prefix.lastIndexOf("#");
  const pattern = patternNamed(decodeURIComponent(prefix.slice(0, at)));
  return pattern?.limits[Number(prefix.slice(at + 1))];
}

/** Without a colon and a line break, whatever the pattern is called. */
function placePrefix(pattern: string, index: number): string {
  return `${encodeURIComponent(pattern)}#${index}`;
}

function keyText(pattern: Pattern, key: unknown): string {
  if (typeof key === "string" && key.length <= KEY_LENGTH_MAX) return encodeURIComponent(key);
  const given = typeof key === "string" ? `a text of ${key.length} characters` : describeRefused(key);
  throw new ReeveError("decision-failed", `a limit's key of '${pattern.name}' is ${given}`, {
    hint: `return a text of at most ${KEY_LENGTH_MAX} characters, such as the id of the tenant`,
  });
}
