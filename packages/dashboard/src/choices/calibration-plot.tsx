/** What was believed against what came true: on the diagonal, beliefs are right. Drawn by hand; its table is behind it. */
import type { JSX } from "preact";
import type { Calibration, CalibrationBin } from "../connection/contract.ts";
import { countText, plural, shareText } from "../format/count.ts";
import { Wide } from "../parts/wide.tsx";

const SIZE = 260;
const LEFT = 34;
const BOTTOM = 30;
const TOP = 22;
const RIGHT = 14;
const TICKS = [0, 0.25, 0.5, 0.75, 1];
const RADIUS_MIN = 3;
const RADIUS_MAX = 9;

/** The diagram with its sentence and its table. */
export function CalibrationPlot({ calibration }: { readonly calibration: Calibration }): JSX.Element {
  const { count, bins, error, brier } = calibration;
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const summary = `Over ${plural(count, "choice")}, belief and result are ${shareText(error)} apart on average (Brier score ${brier.toFixed(3)}).`;
  return (
    <figure class="calibration">
      <svg
        viewBox={`0 0 ${SIZE + LEFT + RIGHT} ${SIZE + BOTTOM + TOP}`}
        role="img"
        aria-label={`Calibration. ${summary}`}
      >
        {TICKS.map((tick) => (
          <g key={tick}>
            <path class="plot-grid" d={`M${x(tick)} ${y(0)}V${y(1)}M${x(0)} ${y(tick)}H${x(1)}`} />
            <text class="plot-text" x={x(tick)} y={y(0) + 14} text-anchor="middle">
              {tick * 100}
            </text>
            <text class="plot-text" x={x(0) - 5} y={y(tick) + 4} text-anchor="end">
              {tick * 100}
            </text>
          </g>
        ))}
        <path class="plot-diagonal" d={`M${x(0)} ${y(0)}L${x(1)} ${y(1)}`} />
        <text class="plot-text" x={x(0.5)} y={y(0) + 27} text-anchor="middle">
          believed to succeed, %
        </text>
        <text class="plot-text" x={x(0) - 18} y={TOP - 10}>
          succeeded, %
        </text>
        {bins.map((bin) => (
          <BinMark key={bin.from} bin={bin} most={most} />
        ))}
      </svg>
      <figcaption>
        <p>{summary}</p>
        <p class="muted small">
          Each dot is what was believed with about the same probability; larger ones hold more choices. A line
          that crosses the dashed one agrees with it.
        </p>
        <details>
          <summary>As a table</summary>
          <CalibrationTable bins={bins} />
        </details>
      </figcaption>
    </figure>
  );
}

function x(share: number): number {
  return LEFT + share * SIZE;
}

function y(share: number): number {
  return TOP + (1 - share) * SIZE;
}

function BinMark({ bin, most }: { readonly bin: CalibrationBin; readonly most: number }): JSX.Element {
  const { believed, observed, low, high, count } = bin;
  const isRight = low <= believed && believed <= high;
  const radius = RADIUS_MIN + (RADIUS_MAX - RADIUS_MIN) * Math.sqrt(count / most);
  return (
    <g class={isRight ? "bin" : "bin bin-off"}>
      <title>
        {`${plural(count, "choice")}: believed ${shareText(believed)}, succeeded ${shareText(observed)}`}
      </title>
      <path class="bin-range" d={`M${x(believed)} ${y(low)}V${y(high)}`} />
      <circle cx={x(believed)} cy={y(observed)} r={radius} />
    </g>
  );
}

function CalibrationTable({ bins }: { readonly bins: readonly CalibrationBin[] }): JSX.Element {
  return (
    <Wide label="Calibration as a table">
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">Believed</th>
            <th scope="col" class="number">
              Mean
            </th>
            <th scope="col" class="number">
              Succeeded
            </th>
            <th scope="col" class="number">
              95 % within
            </th>
            <th scope="col" class="number">
              Choices
            </th>
          </tr>
        </thead>
        <tbody>
          {bins.map(({ from, to, believed, observed, low, high, count }) => (
            <tr key={from}>
              <th scope="row">
                {Math.round(from * 100)} to {Math.round(to * 100)} %
              </th>
              <td class="number">{shareText(believed)}</td>
              <td class="number">{shareText(observed)}</td>
              <td class="number muted">
                {shareText(low)} – {shareText(high)}
              </td>
              <td class="number">{countText(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
