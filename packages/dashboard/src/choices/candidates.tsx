/** The candidates of a choice: what was believed of each, how likely it was, and why it was taken or not. */
import type { JSX } from "preact";
import type { CandidateView, ChoiceView } from "../connection/contract.ts";
import { plural, shareText } from "../format/count.ts";
import { Interval } from "../parts/interval.tsx";
import { hrefOf } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";
import { Wide } from "../parts/wide.tsx";

const WORDS: Readonly<Record<string, string>> = {
  chosen: "chosen",
  allowed: "could have been",
  "known-poor": "rejected: known to be poor",
  "fits-less": "rejected: fits the context less",
  "missing-grant": "rejected: lacks a grant",
  "breaker-open": "rejected: an agent that it needs keeps failing",
};

/** What is kept of a candidate, in words. */
function reasonText(reason: string): string {
  return WORDS[reason] ?? `rejected: ${reason.replaceAll("-", " ")}`;
}

/** The table, the likeliest first. */
export function Candidates({ choice }: { readonly choice: ChoiceView }): JSX.Element {
  const { candidates, others } = choice;
  const rows = candidates.toSorted(
    (left, right) => right.propensity - left.propensity || right.mean - left.mean,
  );
  return (
    <>
      {rows.length > 0 && (
        <Wide label="Candidates">
          <table class="rows">
            <caption class="unseen">Candidates</caption>
            <thead>
              <tr>
                <th scope="col">Candidate</th>
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
                  Probability
                </th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((candidate) => (
                <CandidateRow key={candidate.pattern} candidate={candidate} />
              ))}
            </tbody>
          </table>
        </Wide>
      )}
      <Others counts={others} />
    </>
  );
}

function CandidateRow({ candidate }: { readonly candidate: CandidateView }): JSX.Element {
  const { pattern, mean, low, high, propensity, reason, because } = candidate;
  const isChosen = reason === "chosen";
  return (
    <tr class={isChosen ? "row-chosen" : undefined}>
      <th scope="row" class="cut">
        <Link href={hrefOf(`/patterns/${encodeURIComponent(pattern)}`)}>{pattern}</Link>
      </th>
      <td>
        <Interval mean={mean} low={low} high={high} isMain={isChosen} />
      </td>
      <td class="number">{shareText(mean)}</td>
      <td class="number muted extra">
        {shareText(low)} – {shareText(high)}
      </td>
      <td class="number">{propensity === 0 ? "–" : shareText(propensity)}</td>
      <td class={isChosen ? "" : "muted"}>
        {because === undefined ? reasonText(reason) : `rejected: ${because}`}
      </td>
    </tr>
  );
}

function Others({ counts }: { readonly counts: ChoiceView["others"] }): JSX.Element | null {
  const named = Object.entries(counts);
  if (named.length === 0) return null;
  return (
    <p class="muted small card-note">
      Not listed:{" "}
      {named.map(([reason, count]) => `${plural(count, "pattern")}, ${reasonText(reason)}`).join("; ")}
    </p>
  );
}
