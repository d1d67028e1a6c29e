/** The counts that tell at a glance how much goes on. Each leads to the runs it counts. */
import type { JSX } from "preact";
import type { Overview } from "../connection/contract.ts";
import { countText } from "../format/count.ts";
import { StatusIcon, type Status } from "../parts/status.tsx";
import { hrefOf } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";

/** A strip of figures. */
export function Figures({ overview }: { readonly overview: Overview }): JSX.Element {
  const { active, needs } = overview;
  const waiting = Object.values<number>(needs).reduce((sum, part) => sum + part, 0);
  return (
    <ul class="figures">
      <Figure
        status="running"
        label="Running"
        count={active.running}
        href={hrefOf("/runs", { status: "running" })}
      />
      <Figure
        status="waiting"
        label="Waiting"
        count={active.waiting}
        href={hrefOf("/runs", { status: "waiting" })}
      />
      <Figure
        status="queued"
        label="Queued"
        count={active.queued}
        href={hrefOf("/runs", { status: "queued" })}
      />
      {active.paused > 0 && (
        <Figure
          status="paused"
          label="Paused"
          count={active.paused}
          href={hrefOf("/runs", { status: "paused" })}
        />
      )}
      {active.undoing > 0 && (
        <Figure
          status="undoing"
          label="Undoing"
          count={active.undoing}
          href={hrefOf("/runs", { status: "undoing" })}
        />
      )}
      {active.stranded > 0 && (
        <Figure
          status="stranded"
          label="Stranded"
          count={active.stranded}
          href={hrefOf("/runs", { status: "stranded" })}
        />
      )}
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
