/** What `reeve up --log` tells of runs. */
import { afterEach, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace } from "./call-reeve.ts";

const planted = "pl4nted-in-the-input";
const made = "m4de-by-a-step";
const config = `
import { agent, sequential, sqliteEngine } from "reeve";
const pay = agent("pay", { run: (input, ctx) => {
  ctx.log.info("with " + input.password + " and " + ${JSON.stringify(made)});
  return { token: ${JSON.stringify(made)}, password: input.password };
} });
const ship = agent("ship", { run: (input) => { throw new Error("no van for " + input.token + input.password); } });
export default { patterns: [sequential("orders", { steps: [pay, ship] })], engine: sqliteEngine("log.db") };
`;
/** However busy the machine is. */
const SLOW_MS = 180_000;

afterEach(disposeWorkspaces);

test(
  "every line on standard error is JSON with run, step and trace, and without secrets",
  { timeout: SLOW_MS },
  async () => {
    await using workspace = makeWorkspace(config);
    const up = workspace.start(["up", "--port", "0", "--log", "json"]);
    await up.says("Ctrl-C ends");
    const input = JSON.stringify({ password: planted });
    await workspace.reeve("run", "orders", "--id", "order-1", "--input", input);
    await up.says("run failed after");
    up.child.kill("SIGTERM");
    const { code, stderr } = await up.ended;
    expect(code).toBe(0);
    expect(stderr).not.toContain(planted);
    const lines: Readonly<Record<string, unknown>>[] = [];
    for (const text of stderr.trim().split("\n")) {
      const line: Readonly<Record<string, unknown>> = JSON.parse(text);
      lines.push(line);
    }
    for (const line of lines)
      expect(line).toMatchObject({ time: expect.any(String), level: expect.any(String) });
    const traces = new Set(lines.flatMap(({ run, trace_id: trace }) => (run === "order-1" ? [trace] : [])));
    expect([...traces]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
    const ofStep = lines.find(({ step, level }) => step === "pay" && level === "info");
    expect(ofStep).toMatchObject({
      run: "order-1",
      attempt: 1,
      span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(String(ofStep?.["message"])).toMatch(/^with \[redacted\]/);
    const messages = lines.map(({ message }) => String(message));
    expect(messages.some((message) => message.includes("running steps may finish"))).toBe(true);
  },
);

test("a form that there is not is refused", async () => {
  await using workspace = makeWorkspace(config);
  const { code, stderr } = await workspace.reeve("up", "--log", "jsno");
  expect([code, stderr]).toEqual([2, expect.stringContaining("did you mean 'json'?")]);
});
