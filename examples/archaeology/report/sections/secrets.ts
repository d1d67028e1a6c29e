/** Owns the section on secrets: where they are, masked, and what to do about them. */
import type { Excavation, SecretSummary } from "../../analysis/excavation.ts";
import { shortenEnd } from "../escape.ts";
import { markup, type Markup } from "../markup.ts";
import { count, countOf } from "../numbers.ts";
import { nameText, pathText } from "../path-text.ts";
import { empty, type Section } from "../section.ts";
import { table } from "../table.ts";

/** Places that look like passwords or keys. */
export function secretsSection({ secrets, coverage }: Excavation): Section {
  const frame = { id: "secrets", title: "Secrets", figure: count(secrets.total) } as const;
  if (secrets.total === 0) {
    const body = empty(
      `None of the ${countOf(coverage.read, "file")} read holds a string that looks like a password, token or private key. Older commits were not searched.`,
    );
    return {
      ...frame,
      status: coverage.read === 0 ? "plain" : "good",
      lead: "Nothing looks like a secret.",
      body,
    };
  }
  const lead = `${countOf(secrets.total, "place looks", "places look")} like a password, token or private key. Shown are at most four characters of each.`;
  return { ...frame, status: "act", lead, body: markup`${advice()}${secretTable(secrets)}` };
}

function advice(): Markup {
  return markup`<ol class="advice">
<li>Treat a real one as known to others: revoke or replace it where it was issued. Deleting the line is not enough, since every clone has the history.</li>
<li>Take it out of the files; read it from the environment or a secret store instead.</li>
<li>If it is a made-up value for a test, say so next to it, so that nobody checks it twice.</li>
</ol>
`;
}

function secretTable({ places, total }: SecretSummary): Markup {
  return table<SecretSummary["places"][number]>({
    label: "Places that look like secrets",
    rows: places,
    shown: 10,
    total,
    columns: [
      { heading: "Place", kind: "path", cell: ({ path, line }) => pathText(path, line) },
      { heading: "Kind", cell: ({ kind }) => nameText(kind, 40) },
      { heading: "Value, masked", cell: ({ masked }) => markup`<code>${shortenEnd(masked, 24)}</code>` },
    ],
  });
}
