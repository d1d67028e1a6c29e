/** Which contexts a pattern serves, in words. */
import type { Matches } from "@reeve/core";
import { oneLine } from "./safe-text.ts";

/** Such as "orders.*, clerk, express=true, sizeMb≤100". */
export function matchesText(matches: Matches | undefined): string {
  if (!matches) return "by name only";
  const { domain = "*", agentTypes = [], attributes = {} } = matches;
  const conditions = Object.entries(attributes).map(
    ([key, condition]) => `${key}${conditionText(condition)}`,
  );
  const parts = [domain, ...(agentTypes.length > 0 ? [agentTypes.join("|")] : []), ...conditions];
  return oneLine(parts.join(", "));
}

function conditionText(condition: unknown): string {
  if (Array.isArray(condition)) return `=${condition.map(String).join("|")}`;
  if (typeof condition !== "object" || condition === null) return `=${String(condition)}`;
  const parts = Object.entries(condition).map(([name, value]) => {
    if (name === "min") return `≥${String(value)}`;
    return name === "max" ? `≤${String(value)}` : `~${String(value)}`;
  });
  return parts.join(" ");
}
