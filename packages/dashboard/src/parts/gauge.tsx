/** A share of something that is used up, drawn as an arc by hand. What it means stands beside it in words. */
import type { JSX } from "preact";

interface GaugeProps {
  /** 1: untouched, 0 or less: used up; null: nothing is known. */
  readonly left: number | null;
  readonly label: string;
}

const RADIUS = 30;
const WIDTH = 8;
const CENTER = RADIUS + WIDTH;
const LITTLE = 0.25;

/** Half a circle that is full while nothing is used. */
export function Gauge({ left, label }: GaugeProps): JSX.Element {
  const share = Math.min(1, Math.max(0, left ?? 0));
  const tone = left === null ? "calm" : left <= 0 ? "bad" : left < LITTLE ? "warn" : "good";
  return (
    <svg
      class={`arc arc-${tone}`}
      viewBox={`0 0 ${2 * CENTER} ${CENTER + 4}`}
      width={2 * CENTER}
      height={CENTER + 4}
      role="img"
      aria-label={label}
    >
      <path class="arc-whole" d={arc(0, 1)} stroke-width={WIDTH} />
      {share > 0 && <path class="arc-left" d={arc(0, share)} stroke-width={WIDTH} />}
      <text class="arc-text" x={CENTER} y={CENTER} text-anchor="middle">
        {left === null ? "–" : `${Math.round(share * 100)} %`}
      </text>
    </svg>
  );
}

/** From the left over the top to the right, between two shares of the way. */
function arc(from: number, to: number): string {
  const [start, end] = [pointAt(from), pointAt(to)];
  return `M${start} A${RADIUS} ${RADIUS} 0 0 1 ${end}`;
}

function pointAt(share: number): string {
  const angle = Math.PI * (1 - share);
  return `${(CENTER + RADIUS * Math.cos(angle)).toFixed(2)} ${(CENTER - RADIUS * Math.sin(angle)).toFixed(2)}`;
}
