/** The options that say what a task's context is, for commands that start runs. */
import type { ContextRequest } from "@reeve/core";
import type { Call, Command } from "./command.ts";
import { usageError } from "./command-error.ts";

export const CONTEXT_OPTIONS: Command["options"] = {
  domain: { kind: "text", value: "NAME", summary: "the context's domain" },
  "agent-type": { kind: "text", value: "NAME", summary: "the context's agent type" },
  priority: { kind: "text", value: "0-4", summary: "0 background to 4 urgent (default: 2)" },
  attribute: { kind: "list", value: "KEY=VALUE", summary: "an attribute of the context; may be repeated" },
};

/** @throws CommandError */
export function readContext({ given }: Call): ContextRequest {
  const domain = given.text("domain");
  const agentType = given.text("agent-type");
  const priority = given.text("priority");
  if (priority !== undefined && !/^[0-4]$/.test(priority)) {
    throw usageError(`--priority is '${priority}'`, "use a whole number from 0 (background) to 4 (urgent)");
  }
  const attributes = Object.fromEntries(given.list("attribute").map(parseAttribute));
  return {
    ...(domain === undefined ? {} : { domain }),
    ...(agentType === undefined ? {} : { agentType }),
    ...(priority === undefined ? {} : { priority: Number(priority) }),
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
  };
}

/** `true`, `false`, `null` and numbers are what they look like, everything else is text. */
function parseAttribute(given: string): [string, string | number | boolean | null] {
  const at = given.indexOf("=");
  if (at < 1)
    throw usageError(`--attribute is '${given}'`, "write it as KEY=VALUE, such as --attribute tenant=acme");
  const value = given.slice(at + 1);
  const literals = new Map<string, boolean | null>([
    ["true", true],
    ["false", false],
    ["null", null],
  ]);
  const literal = literals.get(value);
  const isNumber = /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value) && String(Number(value)) === value;
  return [given.slice(0, at), literal !== undefined ? literal : isNumber ? Number(value) : value];
}
