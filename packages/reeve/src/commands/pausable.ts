/** What `reeve pause` and `reeve resume` are about: a run, a pattern, or an agent. */
import type { Pausable } from "@reeve/core";
import type { Call, Command } from "../command-line/command.ts";
import { usageError } from "../command-line/command-error.ts";

export const PAUSABLE_OPTIONS: Command["options"] = {
  pattern: { kind: "text", value: "NAME", summary: "not one run, but every run of this pattern" },
  agent: { kind: "text", value: "NAME", summary: "not one run, but every attempt of this agent" },
};

/** @throws CommandError unless exactly one is named. */
export function readPausable({ given }: Call, verb: string): { readonly run: string } | Pausable {
  const run = given.word(0);
  const pattern = given.text("pattern");
  const agent = given.text("agent");
  const named = [run === "" ? undefined : run, pattern, agent].filter((each) => each !== undefined);
  if (named.length !== 1) {
    throw usageError(
      named.length === 0 ? `what to ${verb} is missing` : `there are several things to ${verb}`,
      `write one of: reeve ${verb} RUN, reeve ${verb} --pattern NAME, reeve ${verb} --agent NAME`,
    );
  }
  if (pattern !== undefined) return { pattern };
  return agent === undefined ? { run } : { agent };
}

/** Such as "pattern 'import'". */
export function pausableText(what: Pausable): string {
  return "pattern" in what ? `pattern '${what.pattern}'` : `agent '${what.agent}'`;
}
