/** A run named among words: its id, shortened where it is long; the whole one is shown when pointed at. */
import type { JSX } from "preact";
import { shortId, visibleText } from "../format/visible-text.ts";
import { runHref } from "../shell/address.ts";
import { Link } from "../shell/link.tsx";

interface RunLinkProps {
  readonly run: string;
  /** The step to show there. */
  readonly step?: string;
}

/** Leads to the run's page. */
export function RunLink({ run, step = "" }: RunLinkProps): JSX.Element {
  return (
    <Link href={runHref(run, { step })} class="mono" title={visibleText(run)}>
      {shortId(run)}
    </Link>
  );
}
