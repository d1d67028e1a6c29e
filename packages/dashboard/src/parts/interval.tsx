/** A probability with its bounds, drawn on the way from 0 to 1; the numbers stand beside it. */
import type { JSX } from "preact";
import { shareText } from "../format/count.ts";

interface IntervalProps {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Drawn in the accent's colour. */
  readonly isMain?: boolean;
}

const WIDTH = 180;
const HEIGHT = 16;
const EDGE = 4;

/** The drawing alone. */
export function Interval({ mean, low, high, isMain = false }: IntervalProps): JSX.Element {
  const x = (share: number): number => EDGE + Math.min(1, Math.max(0, share)) * (WIDTH - 2 * EDGE);
  const middle = HEIGHT / 2;
  return (
    <svg
      class={isMain ? "interval interval-main" : "interval"}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={intervalText({ mean, low, high })}
    >
      {[0, 0.25, 0.5, 0.75, 1].map((at) => (
        <path key={at} class="interval-grid" d={`M${x(at)} 1V${HEIGHT - 1}`} />
      ))}
      <path class="interval-range" d={`M${x(low)} ${middle}H${x(high)}`} />
      <path
        class="interval-ends"
        d={`M${x(low)} ${middle - 4}V${middle + 4}M${x(high)} ${middle - 4}V${middle + 4}`}
      />
      <circle class="interval-mean" cx={x(mean)} cy={middle} r="3.5" />
    </svg>
  );
}

/** Such as "82.4 %, between 71.0 % and 90.2 %". */
function intervalText({ mean, low, high }: Omit<IntervalProps, "isMain">): string {
  return `${shareText(mean)}, between ${shareText(low)} and ${shareText(high)}`;
}
