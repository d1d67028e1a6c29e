/** Why this run's pattern was chosen. */
import type { JSX } from "preact";
import { Candidates } from "../choices/candidates.tsx";
import { ChoiceReasons } from "../choices/choice-card.tsx";
import type { ChoiceView } from "../connection/contract.ts";
import { CopyCommand } from "../parts/copy-command.tsx";

/** The choice with its candidates. */
export function ChoicePanel({ choice }: { readonly choice: ChoiceView }): JSX.Element {
  return (
    <section class="card" aria-label="Choice">
      <ChoiceReasons choice={choice} />
      <Candidates choice={choice} />
      <footer class="card-note">
        <CopyCommand words={["reeve", "choose", "--domain", choice.domain, "--why"]} isShown />
      </footer>
    </section>
  );
}
