/** How rules of Prometheus are written: as YAML, with labels and annotations that are templates. */

/** What a rule has beside its name. */
export type RuleFields = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/** A group as an entry of `groups`; nothing where there is no rule. */
export function groupText(name: string, rules: readonly string[]): string {
  return rules.length === 0 ? "" : `  - name: ${name}\n    rules:\n${rules.join("")}`;
}

/** A text in JSON is one in YAML, too. */
export function ruleText(kind: "record" | "alert", name: string, fields: RuleFields): string {
  const lines = Object.entries(fields).map(([field, value]) =>
    typeof value === "string"
      ? `        ${field}: ${quoted(value)}\n`
      : `        ${field}:\n${Object.entries(value)
          .map(([label, text]) => `          ${label}: ${quoted(text)}\n`)
          .join("")}`,
  );
  return `      - ${kind}: ${quoted(name)}\n${lines.join("")}`;
}

/** As labels and annotations of alerts have to have it to mean just this. */
export function literal(text: string): string {
  return text.replaceAll("{{", '{{"{{"}}');
}

/** As a label is compared in an expression. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}
