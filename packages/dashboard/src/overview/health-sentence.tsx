/** The one sentence, and behind it every finding with its cause and what helps. */
import type { JSX } from "preact";
import type { Finding, Health } from "../connection/contract.ts";
import { Age } from "../parts/moment.tsx";
import { StatusIcon, type Status } from "../parts/status.tsx";
import { RunLink } from "../parts/run-link.tsx";
import { idsApart, visibleText } from "../format/visible-text.ts";

/** How the runtime does. */
export function HealthSentence({ health }: { readonly health: Health }): JSX.Element {
  const [worst, ...others] = health.findings;
  return (
    <section class={`health health-${health.level}`} aria-label="Health">
      <StatusIcon status={health.level} size={22} />
      <div class="health-text">
        <p class="health-sentence" role="status">
          <Sentence text={health.sentence} />
        </p>
        {worst !== undefined && <FindingLinks finding={worst} />}
        {others.length > 0 && (
          <details>
            <summary>{others.length === 1 ? "1 more finding" : `${others.length} more findings`}</summary>
            <ul>
              {others.map((finding) => (
                <li key={`${finding.kind} ${finding.pattern ?? ""}`}>
                  <StatusIcon status={statusOf(finding)} />
                  <div>
                    <p>
                      <Sentence text={finding.sentence} />
                    </p>
                    <FindingLinks finding={finding} />
                  </div>
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </section>
  );
}

function statusOf({ level }: Finding): Status {
  return level;
}

function Sentence({ text }: { readonly text: string }): JSX.Element {
  return (
    <>
      {idsApart(text).map((piece) =>
        piece.isId ? <RunLink key={piece.text} run={piece.text} /> : visibleText(piece.text),
      )}
    </>
  );
}

function FindingLinks({ finding }: { readonly finding: Finding }): JSX.Element {
  return (
    <p class="muted small">
      for <Age at={finding.since} suffix="" />
      {finding.runs.slice(0, 3).map((run) => (
        <span key={run}>
          {" · "}
          <RunLink run={run} />
        </span>
      ))}
    </p>
  );
}
