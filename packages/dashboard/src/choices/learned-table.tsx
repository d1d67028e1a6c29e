/** What was learned of patterns, by domain: the belief with its bounds, and what it rests on. */
import type { JSX } from "preact";
import type { ConfidenceView } from "../connection/contract.ts";
import { countText, shareText } from "../format/count.ts";
import { durationText } from "../format/duration.ts";
import { visibleText } from "../format/visible-text.ts";
import { Interval } from "../parts/interval.tsx";
import { hrefOf } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";
import { Wide } from "../parts/wide.tsx";

interface LearnedTableProps {
  readonly rows: readonly ConfidenceView[];
  /** Of one pattern: leaves its name out. */
  readonly isOfOne?: boolean;
}

/** Under this a belief is mostly what was assumed. */
const EVIDENCE_LITTLE = 5;

/** The table. */
export function LearnedTable({ rows, isOfOne = false }: LearnedTableProps): JSX.Element {
  return (
    <Wide label="Beliefs by domain">
      <table class="rows">
        <thead>
          <tr>
            {!isOfOne && <th scope="col">Pattern</th>}
            <th scope="col">Domain</th>
            <th scope="col">
              Believed<span class="extra"> to succeed</span>
            </th>
            <th scope="col" class="number">
              Mean
            </th>
            <th scope="col" class="number extra">
              95 % within
            </th>
            <th scope="col" class="number">
              Rests on
            </th>
            <th scope="col" class="number extra">
              Takes, half and 95 %
            </th>
            <th scope="col" class="number extra">
              Costs
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <LearnedRow key={`${row.pattern} ${row.domain}`} row={row} isOfOne={isOfOne} />
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

function LearnedRow({
  row,
  isOfOne,
}: {
  readonly row: ConfidenceView;
  readonly isOfOne: boolean;
}): JSX.Element {
  const { pattern, domain, mean, low, high, evidence, doubt, durationMs, cost } = row;
  return (
    <tr>
      {!isOfOne && (
        <th scope="row" class="cut">
          <Link href={hrefOf(`/patterns/${encodeURIComponent(pattern)}`)}>{pattern}</Link>
        </th>
      )}
      <td class="cut">{visibleText(domain)}</td>
      <td>
        <Interval mean={mean} low={low} high={high} isMain />
      </td>
      <td class="number">{shareText(mean)}</td>
      <td class="number muted extra">
        {shareText(low)} – {shareText(high)}
      </td>
      <td class="number" title={evidenceText(evidence)}>
        {countText(evidence)} {evidence < EVIDENCE_LITTLE && <span class="tone-warn small">little</span>}
        {doubt !== null && doubt.share >= 0.05 && (
          <span class="tone-warn small"> perhaps changed, {shareText(doubt.share)}</span>
        )}
      </td>
      <td class="number muted extra">
        {durationMs === null ? "–" : `${durationText(durationMs.median)}, ${durationText(durationMs.p95)}`}
      </td>
      <td class="number muted extra">{cost === null ? "–" : `${cost.median.toPrecision(2)} USD`}</td>
    </tr>
  );
}

function evidenceText(evidence: number): string {
  return `${evidence.toFixed(1)} outcomes in this domain, older ones counting less`;
}
