/** What is shown to somebody the server does not know. */
import type { JSX } from "preact";
import { CopyCommand } from "../parts/copy-command.tsx";

/** How to sign in. */
export function SignedOut(): JSX.Element {
  return (
    <main class="signed-out" id="main">
      <h1>Sign in to Reeve</h1>
      <p>
        This page is open to whoever has the link that the command prints. It works once, for ten minutes;
        this browser is then remembered.
      </p>
      <p>Where the server already runs, this prints a new one, in the folder of your project:</p>
      <CopyCommand words={["reeve", "link"]} isShown />
      <p>Else start it:</p>
      <CopyCommand words={["reeve", "up"]} isShown />
    </main>
  );
}
