/** Ends this browser's sign-in, for good: also a copy of its cookie opens nothing afterwards. */
import type { JSX } from "preact";
import { refresh } from "../connection/answers.ts";
import { requestJson, RequestError } from "../connection/request.ts";
import { announce } from "../parts/announce.tsx";
import { Mark } from "../parts/mark.tsx";

/** A button. */
export function SignOut(): JSX.Element {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label="Sign out"
      title="Sign out"
      onClick={() => void leave()}
    >
      <Mark path="M6.500 2.500h-3v11h3M7 8h6.500M11 5.500L13.500 8 11 10.500" width="1.5" size="16" />
    </button>
  );
}

async function leave(): Promise<void> {
  try {
    await requestJson("POST", "/sign-out", {});
  } catch (cause) {
    // Who is not signed in any more wanted just that.
    if (!(cause instanceof RequestError) || cause.status !== 401) {
      announce(cause instanceof Error ? cause.message : String(cause), { hint: undefined });
      return;
    }
  }
  refresh("/api/session");
}
