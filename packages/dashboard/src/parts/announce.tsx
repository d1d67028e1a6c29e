/** One quiet place that tells what came of an action, also to screen readers. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";

interface Message {
  readonly text: string;
  readonly isBad: boolean;
  readonly hint: string | undefined;
}

const message = signal<Message | undefined>(undefined);
const SHOWN_MS = 4_000;
const BAD_SHOWN_MS = 12_000;
let hiding: ReturnType<typeof setTimeout> | undefined;

/** Shows the text for a moment. */
export function announce(text: string, problem?: { readonly hint: string | undefined }): void {
  message.value = { text, isBad: problem !== undefined, hint: problem?.hint };
  clearTimeout(hiding);
  hiding = setTimeout(
    () => {
      message.value = undefined;
    },
    problem === undefined ? SHOWN_MS : BAD_SHOWN_MS,
  );
}

/** Where it is shown. */
export function Announcements(): JSX.Element {
  const shown = message.value;
  return (
    <div class="announcements" role="status" aria-live="polite">
      {shown !== undefined && (
        <p class={shown.isBad ? "announcement announcement-bad" : "announcement"}>
          {shown.text}
          {shown.hint !== undefined && <span class="announcement-hint">{shown.hint}</span>}
        </p>
      )}
    </div>
  );
}
