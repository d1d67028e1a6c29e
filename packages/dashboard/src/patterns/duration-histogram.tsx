/** How long runs took, in doublings, drawn by hand: what went badly stands at the bottom, hatched. Its table is behind it. */
import type { JSX } from "preact";
import type { DurationBin } from "../connection/contract.ts";
import { countText } from "../format/count.ts";
import { durationText } from "../format/duration.ts";

const WIDTH = 420;
const HEIGHT = 120;
const BASE = 18;
const GAP = 2;
const LABELS_MAX = 7;

/** Nothing where no run took any time. */
export function DurationHistogram({ bins }: { readonly bins: readonly DurationBin[] }): JSX.Element | null {
  if (bins.length === 0) return null;
  const most = Math.max(1, ...bins.map(({ good, bad }) => good + bad));
  const width = Math.min(48, WIDTH / bins.length);
  const every = Math.ceil(bins.length / LABELS_MAX);
  return (
    <figure class="histogram">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT + BASE}`}
        role="img"
        aria-label={`How long runs took. ${whole(bins)}`}
      >
        <defs>
          <pattern
            id="hatched"
            width="5"
            height="5"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width="5" height="5" fill="var(--bad-soft)" />
            <rect width="2.5" height="5" fill="var(--bad)" />
          </pattern>
        </defs>
        {bins.map((bin, index) => (
          <Bar key={bin.fromMs} bin={bin} left={index * width} width={width - GAP} most={most} />
        ))}
        <path class="plot-grid" d={`M0 ${HEIGHT}H${WIDTH}`} />
        {bins.map(
          ({ fromMs }, index) =>
            index % every === 0 && (
              <text key={fromMs} class="plot-text" x={index * width} y={HEIGHT + 13}>
                {durationText(fromMs)}
              </text>
            ),
        )}
      </svg>
      <details>
        <summary>As a table</summary>
        <BinTable bins={bins} />
      </details>
    </figure>
  );
}

interface BarProps {
  readonly bin: DurationBin;
  readonly left: number;
  readonly width: number;
  readonly most: number;
}

function Bar({ bin, left, width, most }: BarProps): JSX.Element {
  const { good, bad } = bin;
  const scale = (count: number): number => (count === 0 ? 0 : Math.max(1.5, (count / most) * (HEIGHT - 4)));
  const [goodHeight, badHeight] = [scale(good), scale(bad)];
  return (
    <g>
      <title>{`${rangeText(bin)}: ${countText(good)} well, ${countText(bad)} badly`}</title>
      <rect
        x={left}
        y={HEIGHT - badHeight - goodHeight}
        width={width}
        height={goodHeight}
        fill="var(--good)"
      />
      <rect x={left} y={HEIGHT - badHeight} width={width} height={badHeight} fill="url(#hatched)" />
    </g>
  );
}

function BinTable({ bins }: { readonly bins: readonly DurationBin[] }): JSX.Element {
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">Took</th>
          <th scope="col" class="number">
            Well
          </th>
          <th scope="col" class="number">
            Badly
          </th>
        </tr>
      </thead>
      <tbody>
        {bins.map((bin) => (
          <tr key={bin.fromMs}>
            <th scope="row">{rangeText(bin)}</th>
            <td class="number">{countText(bin.good)}</td>
            <td class="number">{countText(bin.bad)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function rangeText({ fromMs, toMs }: DurationBin): string {
  return toMs === null
    ? `longer than ${durationText(fromMs)}`
    : `${durationText(fromMs)} to ${durationText(toMs)}`;
}

function whole(bins: readonly DurationBin[]): string {
  const sum = (of: "good" | "bad"): number => bins.reduce((all, bin) => all + bin[of], 0);
  const [first, last] = [bins[0], bins.at(-1)];
  const span =
    first && last ? `, from ${durationText(first.fromMs)} to ${durationText(last.toMs ?? last.fromMs)}` : "";
  return `${countText(sum("good"))} went well, ${countText(sum("bad"))} badly${span}.`;
}
