/** How fresh the page is, and the switch that holds it still. */
import type { JSX } from "preact";
import { now } from "../connection/clock.ts";
import { heardAt, isPaused, linkState, switchPaused } from "../connection/live.ts";
import { ageText } from "../format/duration.ts";

/** A button that says "Live", "Paused" or "Reconnecting", and for how long. */
export function LiveSwitch(): JSX.Element {
  const { tone, text, title } = wording();
  return (
    <button
      type="button"
      class={`live tone-${tone}`}
      aria-pressed={isPaused.value}
      title={title}
      onClick={switchPaused}
    >
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        {isPaused.value ? (
          <path d="M2.5 1.5H5v9H2.5zM7 1.5h2.5v9H7z" fill="currentColor" />
        ) : linkState.value === "live" ? (
          <circle cx="6" cy="6" r="4" fill="currentColor" />
        ) : (
          <path d="M6 1a5 5 0 1 0 5 5H9.4A3.4 3.4 0 1 1 6 2.6z" fill="currentColor" />
        )}
      </svg>
      <span>{text}</span>
    </button>
  );
}

function wording(): { readonly tone: string; readonly text: string; readonly title: string } {
  const age = heardAt.value === 0 ? "" : ` · ${ageText(now.value - heardAt.value)}`;
  if (isPaused.value) {
    return {
      tone: "warn",
      text: `Paused${age}`,
      title: "The page is held still. Press to go on and catch up.",
    };
  }
  switch (linkState.value) {
    case "live":
      return {
        tone: "good",
        text: "Live",
        title: `Up to date: heard of ${age.slice(3)} ago. Press to hold the page still.`,
      };
    case "connecting":
      return { tone: "calm", text: "Connecting", title: "Connecting to the server" };
    case "away":
      return {
        tone: "bad",
        text: `Reconnecting${age}`,
        title: "The server does not answer. The page shows what was last seen.",
      };
    case "refused":
      return { tone: "bad", text: "Signed out", title: "Sign in with the link that `reeve up` prints." };
  }
}
