/**
 * Says why a task got no pattern, so far as its caller may know: patterns whose grants its context lacks are counted,
 * never named. The log keeps all names.
 */
import type { Context } from "../delegation/context.ts";
import { ReeveError } from "../errors.ts";
import type { Registry } from "../selection/registry.ts";
import { MISSING_GRANT, type Weighed } from "./field.ts";

const NAMED_MAX = 5;

export function refusalOf(registry: Registry, context: Context, { field, choice }: Weighed): ReeveError {
  const { candidates, settings } = field;
  const { domain } = context;
  if (candidates.length === 0) return registry.nothingServes(context);
  const hidden = candidates.filter(({ refused }) => refused === MISSING_GRANT).length;
  const known = candidates.filter(({ refused }) => refused !== MISSING_GRANT);
  if (known.length === 0) {
    return new ReeveError(
      "permission-denied",
      `${patterns(hidden)} for domain '${domain}' ${hidden === 1 ? "needs" : "need"} grants that the context does not hold`,
      { hint: "delegate with a context that holds more grants" },
    );
  }
  const because = known
    .slice(0, NAMED_MAX)
    .map(
      ({ pattern, refused, because, posterior }) =>
        `'${pattern}' ${because ?? refused ?? `succeeds in at most ${percent(posterior.high)}`}`,
    );
  if (known.length > NAMED_MAX) because.push(`${known.length - NAMED_MAX} more`);
  if (hidden > 0) because.push(`${patterns(hidden)} the context lacks grants for`);
  const reasons = because.join(", ");
  if (choice.none === "confidence-too-low") {
    return new ReeveError(
      "confidence-too-low",
      `each pattern for domain '${domain}' is known to succeed less often than ${percent(settings.threshold)}: ${reasons}`,
      {
        hint: 'mend them, lower the threshold of the domain, or set recovery: { "confidence-too-low": "least-poor" }',
      },
    );
  }
  return new ReeveError(
    "resources-exhausted",
    `no pattern for domain '${domain}' can start now: ${reasons}`,
    {
      hint: "try again later, or resume what is paused",
      retryable: true,
    },
  );
}

function patterns(count: number): string {
  return count === 1 ? "the one pattern" : `${count} patterns`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
