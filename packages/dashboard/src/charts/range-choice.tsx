/** How far back charts go; in the address. */
import type { JSX } from "preact";
import { RANGES, setTimeRange, timeRange } from "../shell/time-range.ts";

/** The choice. */
export function RangeChoice(): JSX.Element {
  const chosen = timeRange();
  return (
    <div class="segments" role="group" aria-label="Time range">
      {RANGES.map(({ name, label }) => (
        <button
          key={name}
          type="button"
          title={`The last ${label}`}
          aria-pressed={name === chosen.name}
          onClick={() => setTimeRange(name)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
