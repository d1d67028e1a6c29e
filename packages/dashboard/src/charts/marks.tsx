/** The changes that charts mark: read once for the range, named in words beside the charts. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useAnswer } from "../connection/answers.ts";
import type { MarkView } from "../connection/contract.ts";
import { plural } from "../format/count.ts";
import { visibleText } from "../format/visible-text.ts";
import { Moment } from "../parts/moment.tsx";
import { timeRange } from "../shell/time-range.ts";
import { letterOf } from "./mark-letter.ts";

const NONE: readonly MarkView[] = [];

/** The marks of the chosen range; with a pattern, without those of other patterns. */
export function useMarks(pattern?: string): readonly MarkView[] {
  const { value } = useAnswer("marks", { sinceMs: timeRange().ms });
  const marks = value?.marks ?? NONE;
  return useMemo(
    () =>
      pattern === undefined
        ? marks
        : marks.filter((mark) => mark.pattern === null || mark.pattern === pattern),
    [marks, pattern],
  );
}

/** What the dashed lines are. Nothing where there are none. */
export function MarkList({ marks }: { readonly marks: readonly MarkView[] }): JSX.Element | null {
  if (marks.length === 0) return null;
  return (
    <details class="marks">
      <summary>{plural(marks.length, "change")}</summary>
      <ol>
        {marks.toReversed().map((mark) => (
          <li key={`${mark.at} ${mark.text}`}>
            <span class={`mark-letter mark-${mark.kind}`} aria-hidden="true">
              {letterOf(mark)}
            </span>
            <span class="muted">
              <Moment at={mark.at} />
            </span>
            <span>{visibleText(mark.text)}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}
