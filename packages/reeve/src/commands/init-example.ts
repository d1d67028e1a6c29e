/** The files that `reeve init` writes. A test runs them. */

/** The configuration. @param ending of the pattern's file: "ts" or "mts" */
export function exampleConfig(ending: string): string {
  return `// What the \`reeve\` command loads: the options of createRuntime.
import { sqliteEngine } from "reeve";
import { greet } from "./greet.${ending}";

export default {
  patterns: [greet],
  engine: sqliteEngine("reeve.db"),
};
`;
}

/** A pattern with a loop, a retry, a logged line and an undo. */
export const examplePattern = `// A pattern: compose a greeting for each name, then send them all.
import { agent, forEach, sequential } from "reeve";

const compose = agent("compose", {
  timeoutMs: 5_000,
  retry: { attempts: 3 },
  run: async (name: string) => \`Hello, \${name}!\`,
});

const composeAll = forEach("compose-all", {
  items: (input: { names: string[] }) => input.names,
  step: compose,
  concurrencyMax: 4,
});

const send = agent("send", {
  timeoutMs: 5_000,
  run: async (greetings: string[], ctx) => {
    ctx.log.info(\`sending \${greetings.length} greetings\`);
    return { sent: greetings };
  },
  // Runs when a later step fails or the run is cancelled.
  undo: async (output) => console.log("taking back", output.sent.length),
});

export const greet = sequential("greet", {
  description: "Greets everybody on the list",
  steps: [composeAll, send],
});
`;
