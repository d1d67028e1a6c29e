/** The counts that tell at a glance how much goes on. Each leads to the runs it counts. */
import type { JSX } from "preact";
import type { Overview } from "../connection/contract.ts";
import { countText } from "../format/count.ts";
import { StatusIcon, type Status } from "../parts/status.tsx";
import { hrefOf } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";

/** What unfinished runs do; what is rare stands there only when there is some of it. */
const STATES = [
  { status: "running", label: "Running", always: true },
  { status: "waiting", label: "Waiting", always: true },
  { status: "queued", label: "Queued", always: true },
  { status: "paused", label: "Paused", always: false },
  { status: "undoing", label: "Undoing", always: false },
  { status: "stranded", label: "Stranded", always: false },
] as const;

/** A strip of figures. */
export function Figures({ overview }: { readonly overview: Overview }): JSX.Element {
  const { active, needs } = overview;
  const waiting = Object.values<number>(needs).reduce((sum, part) => sum + part, 0);
  return (
    <ul class="figures">
      {STATES.filter(({ status, always }) => always || active[status] > 0).map(({ status, label }) => (
        <Figure
          key={status}
          status={status}
          label={label}
          count={active[status]}
          href={hrefOf("/runs", { status })}
        />
      ))}
      <Figure
        status={waiting > 0 ? "attention" : "ok"}
        label="Need you"
        count={waiting}
        href={hrefOf("/needs")}
      />
    </ul>
  );
}

interface FigureProps {
  readonly status: Status;
  readonly label: string;
  readonly count: number;
  readonly href: string;
}

function Figure({ status, label, count, href }: FigureProps): JSX.Element {
  return (
    <li>
      <Link href={href} class={count === 0 ? "figure figure-none" : "figure"}>
        <span class="figure-label">
          <span aria-hidden="true">
            <StatusIcon status={status} size={12} />
          </span>
          {label}
        </span>
        <span class="figure-count">{countText(count)}</span>
      </Link>
    </li>
  );
}
