/** Since when and why an agent is left alone, and when it is probed. */
import type { JSX } from "preact";
import type { AgentView } from "../connection/contract.ts";
import { runHref } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";
import { Moment } from "./moment.tsx";

export function BreakerText({
  breaker,
}: {
  readonly breaker: NonNullable<AgentView["breaker"]>;
}): JSX.Element {
  const { since, until, reason, code, example } = breaker;
  const error = code !== null && <>, the last with {code}</>;
  return (
    <>
      Left alone since <Moment at={since} />
      {until === null ? (
        // Its reason says no more than that: what opened it was the change before.
        <>: its attempts failed{error}; it is being probed</>
      ) : (
        <>
          : {reason}
          {error}; it is probed at <Moment at={until} />
        </>
      )}
      {example !== null && (
        <>
          ; <Link href={runHref(example)}>a run that it failed</Link>
        </>
      )}
    </>
  );
}
