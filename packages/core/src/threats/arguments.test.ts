import { expect, test } from "vitest";
import { processAgent } from "../agents/process-agent.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime } from "../runtime.ts";
import { secret, type Secret } from "../secrets/secret.ts";

const PRINT = `
  let read = "";
  process.stdin.on("data", (part) => (read += part));
  process.stdin.on("end", () => console.log(JSON.stringify({ args: process.argv.slice(1), read })));
`;

test("a secret put into the arguments of a program is redacted there, where all can read it; stdin gets it whole", async () => {
  const tool = processAgent("tool", {
    command: ({ key }: { readonly key: Secret }) => [
      process.execPath,
      "-e",
      PRINT,
      "--",
      `--key=${String(key)}`,
    ],
    stdin: ({ key }) => key.reveal(),
    parse: (stdout) => {
      const { args, read } = JSON.parse(stdout) as { args: string[]; read: string };
      return { args, length: read.length };
    },
  });
  const pattern = sequential("calls", { steps: [tool] });
  await using runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine() });
  const run = await runtime.start(pattern, { key: secret("s3cret of a caller") });
  expect(await run.outcome()).toEqual({
    status: "completed",
    output: { args: ["--key=[redacted]"], length: "s3cret of a caller".length },
  });
});
