import { agent, createRuntime, memoryEngine, secret, sequential, type Runtime } from "@reeve/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { localAccess } from "../access/local-access.ts";
import type { RuntimeAccess } from "../access/runtime-access.ts";
import { html } from "./html.ts";
import { patternReport, rangeReport } from "./many-report.ts";
import { pageText } from "./page.ts";
import { runReport } from "./run-report.ts";

const SECRET = `hush-4711 <"&'> ünsaid`;
const EVIL = `</style></script><script>alert(1)</script><img src=x onerror="alert(2)" style='x'>\u202e\u001b[31m`;

const works = agent("works", {
  run: (_, ctx) => {
    ctx.log.info(`log ${EVIL}`);
    ctx.usage({ inputTokens: 1_200, outputTokens: 34, costUsd: 0.05 });
    return { evil: EVIL, key: secret(SECRET) };
  },
});
const fails = agent("fails", {
  retry: { attempts: 2, delayMs: 0 },
  run: () => {
    throw Object.assign(new Error(`message ${EVIL}`, { cause: new Error(`cause ${SECRET}`) }), {
      hint: `hint ${EVIL}`,
    });
  },
});

let runtime: Runtime;
let access: RuntimeAccess;
const pages = new Map<string, string>();

beforeAll(async () => {
  runtime = await createRuntime({
    patterns: [
      sequential("good", { matches: { domain: "shop" }, steps: [works] }),
      sequential("bad", { steps: [works, fails] }),
    ],
    engine: memoryEngine(),
  });
  access = localAccess(runtime);
  const context = { domain: "shop", attributes: { note: EVIL } };
  const good = await runtime.delegate(context, { password: SECRET, text: EVIL }, { id: "good-1" });
  const bad = await runtime.start("bad", { token: secret(SECRET) }, { id: "bad-1" });
  await Promise.all([good.outcome(), bad.outcome()]);
  await bad.feedback(0.2, { note: EVIL });
  const now = Date.now();
  const range = { from: now - 60_000, to: now + 1, now };
  pages.set("good", pageText(await runReport(access, access.run("good-1"), now)));
  pages.set("bad", pageText(await runReport(access, access.run("bad-1"), now)));
  pages.set("pattern", pageText(await patternReport(access, "bad", undefined, now)));
  pages.set("range", pageText(await rangeReport(access, range)));
});

afterAll(() => runtime.close());

function page(name: string): string {
  return pages.get(name) ?? "";
}

test("a report asks nothing of anybody: no script, no address, no form, and a policy that says so", () => {
  for (const text of pages.values()) {
    expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(text).not.toMatch(/<(script|link|iframe|object|embed|form|base|img|video|audio|image|use)\b/i);
    expect(text).not.toMatch(/https?:\/\/|url\(|@import|\son\w+=["']/i);
  }
});

test("what agents and users wrote is text, whatever stands in it", () => {
  for (const text of pages.values()) {
    expect(text.match(/<style>/g)).toHaveLength(1);
    expect(text).not.toContain("<img");
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
  }
  expect(page("bad")).toContain("message &lt;/style&gt;&lt;/script&gt;&lt;script&gt;alert(1)");
  expect(String(html`<a title="${`"'<>&\``}">${["x", undefined, 1]}</a>`)).toBe(
    `<a title="&quot;&#39;&lt;&gt;&amp;&#96;">x1</a>`,
  );
});

test("no secret is in a report, however it is written", () => {
  const written = [SECRET, JSON.stringify(SECRET).slice(1, -1), String(html`${SECRET}`)];
  const forms = [...written, encodeURIComponent(SECRET), Buffer.from(SECRET).toString("base64").slice(2, -4)];
  for (const text of pages.values()) {
    for (const form of forms) expect(text).not.toContain(form);
    expect(text).not.toContain("hush-4711");
  }
  expect(page("good")).toContain("[redacted]");
});

test("a run's report tells how it went and why", () => {
  const good = page("good");
  for (const said of [
    "completed",
    "chosen",
    "works",
    "Input",
    "Output",
    "1,200 in, 34 out",
    "$ 0.0500",
    "Log",
  ])
    expect(good).toContain(said);
  const bad = page("bad");
  for (const said of [
    "failed",
    "2 attempts",
    "attempt 1 retried",
    "attempt 2 failed",
    "What helps:",
    "because",
    "judged it 0.2",
  ])
    expect(bad).toContain(said);
  // A bar for each attempt.
  expect(bad.match(/class="fill-(warn|bad)"/g)).toHaveLength(2);
});

test("reports of many runs have figures, endings and failures in groups", () => {
  for (const said of [
    "1 run of all that the log has",
    "How runs ended",
    "Over time",
    "Confidence",
    "bad</b> at fails",
    "bad-1",
  ])
    expect(page("pattern")).toContain(said);
  for (const said of [
    "2 runs that began between",
    "Throughput",
    "50 %",
    "Slowest",
    "good-1",
    "Alerts that fire now",
  ])
    expect(page("range")).toContain(said);
});

test("a report follows the reader's scheme, and is light on paper", () => {
  expect(page("good")).toMatch(/@media screen and \(prefers-color-scheme: dark\) \{ :root \{/);
  expect(page("good")).not.toContain("data-theme");
  expect(page("good")).toContain("@media print");
});
