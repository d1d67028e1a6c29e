/** Points and lengths of time on the page: short in sight, exact on demand. */
import type { JSX } from "preact";
import { now } from "../connection/clock.ts";
import { ageText, durationText } from "../format/duration.ts";
import { bothText, dateText, momentText } from "../format/moment.ts";
import { isExact } from "../shell/time-style.ts";

/** When something was. */
export function Moment({ at }: { readonly at: number }): JSX.Element {
  return (
    <time dateTime={new Date(at).toISOString()} title={bothText(at)}>
      {isExact.value ? dateText(at) : momentText(at, now.value)}
    </time>
  );
}

/** How long ago something was. */
export function Age({ at, suffix = " ago" }: { readonly at: number; readonly suffix?: string }): JSX.Element {
  return (
    <time dateTime={new Date(at).toISOString()} title={bothText(at)}>
      {isExact.value && suffix === " ago" ? dateText(at) : `${ageText(now.value - at)}${suffix}`}
    </time>
  );
}

/** How long something took, or has taken so far. */
export function Lasting({
  from,
  to,
}: {
  readonly from: number;
  readonly to: number | null | undefined;
}): JSX.Element {
  if (to === null || to === undefined) return <span class="going">{ageText(now.value - from)}</span>;
  return <span>{durationText(to - from)}</span>;
}
