/** A value as text: what agents and users wrote is never markup. Long ones are cut by the server, and say so. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useAnswer } from "../connection/answers.ts";
import { countText } from "../format/count.ts";
import { visibleText } from "../format/visible-text.ts";
import { announce } from "./announce.tsx";
import { copyText } from "./copy-command.tsx";
import { Loading, Notice } from "./notice.tsx";

interface ValueProps {
  readonly run: string;
  /** The step; empty: the run itself. */
  readonly path: string;
  readonly which: "input" | "output";
  readonly title: string;
}

const LINES_MAX = 400;

/** The stored value, read when it is shown. */
export function Value({ run, path, which, title }: ValueProps): JSX.Element {
  const { value, error } = useAnswer("runValue", { id: run, path, which });
  const isWhole = useSignal(false);
  if (value === undefined) return error === undefined ? <Loading rows={2} /> : <Notice error={error} />;
  const lines = value.text.split("\n");
  const isLong = lines.length > LINES_MAX && !isWhole.value;
  const shown = isLong ? lines.slice(0, LINES_MAX).join("\n") : value.text;
  return (
    <figure class="value">
      <figcaption>
        {title}
        <span class="muted">{countText(value.characters)} characters</span>
        <button type="button" class="quiet" onClick={() => void copyValue(value.text)}>
          Copy
        </button>
      </figcaption>
      <pre tabIndex={0}>{visibleText(shown)}</pre>
      {isLong && (
        <button type="button" class="quiet" onClick={() => (isWhole.value = true)}>
          Show all {countText(lines.length)} lines
        </button>
      )}
      {value.truncated && <p class="muted small">Cut here; for the whole value: reeve show {run} --json</p>}
    </figure>
  );
}

async function copyValue(text: string): Promise<void> {
  if (await copyText(text)) announce("Copied");
}
