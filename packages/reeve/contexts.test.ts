/** `reeve contexts`, as a user's shell sees it. */
import { afterAll, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace } from "./call-reeve.ts";

const CONFIG = `
import { agent, sequential, sqliteEngine } from "reeve";
const classify = agent("classify", { run: (to: string, ctx) => ctx.with({ attributes: { language: "en" } }, to) });
const enrich = agent("enrich", { run: (to: string, ctx) => ctx.with({ attributes: { tenant: to } }, to) });
const patterns = [
  sequential("orders.fulfil", { preserve: ["domain", "attributes.tenant"], steps: [classify, enrich] }),
  sequential("mails.sort", { steps: [classify] }),
];
export default { patterns, engine: sqliteEngine("reeve.db") };
`;

afterAll(disposeWorkspaces);

test("contexts tells the rate with its denominator, what broke it where, and undeclared changes apart", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const before = await workspace.reeve("contexts");
  expect([before.code, before.stdout]).toEqual([0, ""]);
  expect(before.stderr).toContain("nothing to tell");
  const acme = ["--attribute", "tenant=acme"];
  for (const [id, tenant] of [
    ["r1", "acme"],
    ["r2", "zen"],
    ["r3", "acme"],
  ] as const)
    await workspace.reeve("run", "orders.fulfil", "--input", JSON.stringify(tenant), "--id", id, ...acme);
  await workspace.reeve("run", "mails.sort", "--input", '"x"', "--id", "r4");
  const { code, stdout, stderr } = await workspace.reeve("contexts");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout.split("\n")).toEqual([
    "orders.fulfil",
    "  66.6 % preserved: 2 of 3 runs that declared it",
    '  ! attributes.tenant at enrich: "acme" -> "zen", once (refused)',
    "    remedy: let agent 'enrich' leave 'attributes.tenant' as it is, or take 'attributes.tenant' out",
    "    of what 'orders.fulfil' preserves",
    "    last: reeve show r2",
    "  changed, and not declared:",
    '    attributes.language at classify: nothing -> "en", 3 times, minor',
    "mails.sort",
    "  declares nothing that must survive",
    "  changed, and not declared:",
    '    attributes.language at classify: nothing -> "en", once, minor',
    "",
  ]);
  const one = await workspace.reeve("contexts", "orders.fulfil", "--json");
  expect(JSON.parse(one.stdout)).toMatchObject({
    patterns: [
      {
        pattern: "orders.fulfil",
        declaring: 3,
        kept: 2,
        broken: [
          { key: "attributes.tenant", path: "enrich", agent: "enrich", times: 1, example: { run: "r2" } },
        ],
        undeclared: [{ key: "attributes.language", severity: "minor", times: 3 }],
      },
    ],
  });
  const wrong = await workspace.reeve("contexts", "order.fulfil");
  expect([wrong.code, wrong.stderr]).toEqual([
    4,
    "error: nothing is known of contexts of a pattern 'order.fulfil'\nhint: did you mean 'orders.fulfil'?\n",
  ]);
});
