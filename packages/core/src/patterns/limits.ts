/** The limits of a pattern, checked. */
import type { Limit, LimitOptions } from "../delegation/limit.ts";
import type { Checker } from "./checker.ts";

/** What was declared, frozen; nothing declared gives an empty list. */
export function resolveLimits(
  declared: readonly LimitOptions<unknown>[] | undefined,
  check: Checker,
): readonly Limit[] {
  const given = declared ?? [];
  const received: unknown = given;
  if (!Array.isArray(received)) check.fail("limits", received, "give a list such as [{ concurrency: 4 }]");
  return Object.freeze(given.map((limit, index) => resolveLimit(limit, `limits[${index}]`, check)));
}

function resolveLimit(limit: LimitOptions<unknown>, place: string, check: Checker): Limit {
  check.object(place, limit ?? null);
  const { key, concurrency, perSecond } = limit;
  if (concurrency === undefined && perSecond === undefined)
    check.fail(place, limit, "give concurrency, perSecond, or both");
  if (key !== undefined) check.callback(`${place}.key`, key);
  check.whole(`${place}.concurrency`, concurrency, 1);
  check.positive(`${place}.perSecond`, perSecond);
  return Object.freeze({ key, concurrency, perSecond });
}
