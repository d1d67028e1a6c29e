/** Every page in Chromium, over a real runtime: with runs that go well, fail, wait and go on. */
import axe from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { chromiumPath, NO_CHROMIUM, startChromium } from "./fixtures/chromium.ts";
import { expectAccessible, openShop, visit, type Shop } from "./fixtures/open-shop.ts";

/** With a mark that would show what follows in reverse. */
const LONG_ID = `invoice-\u202egnp.exe-${"x".repeat(150)}`;

const PARCELS = { domain: "parcels", agentType: "shipping" };
const SAMPLE = {
  pid: process.pid,
  elapsedMs: 10_000,
  cpuMs: 1_200,
  residentBytes: 2e8,
  heapBytes: 9e7,
  externalBytes: 4e6,
  gcMs: 40,
  gcMsMax: 12,
  loopDelayMsP50: 1,
  loopDelayMsP99: 6,
  loopDelayMsMax: 30,
  loopUtilization: 0.3,
  handles: 20,
  fileBytes: 3e6,
  heapLimitBytes: 4e9,
  diskFreeBytes: 5e10,
  machineCpu: 0.4,
  machineMemory: 0.5,
};

let browser: Browser;
let shop: Shop;

const PAGES: readonly (readonly [path: string, heading: string, shows: string])[] = [
  ["/", "Overview", "Active and waiting runs"],
  ["/?range=15m", "Overview", "Went well"],
  ["/needs", "Needs you", "Waits for an answer"],
  ["/failures", "Failures", "mail.send"],
  ["/runs", "Runs", "order-good"],
  ["/runs?status=bad", "Runs", "order-declined"],
  ["/runs/order-good", "order-good", "check-order"],
  ["/runs/order-declined?step=prepare%2Fpayment", "order-declined", "the card was declined for 990"],
  ["/runs/order-good?tab=values", "order-good", "receipt"],
  ["/runs/order-good?tab=events", "order-good", "run-started"],
  ["/runs/order-good?tab=log", "order-good", "looks at lamp"],
  ["/runs/refund-1", "refund-1", "has waited for an answer"],
  ["/runs/import-1", "import-1", "item 3"],
  ["/patterns", "Patterns", "orders.fulfil"],
  ["/patterns/orders.fulfil", "orders.fulfil", "reserve-stock"],
  ["/agents", "Agents and queues", "3 of the last 3 attempts failed, the last with carrier-down"],
  ["/runs/trace-1", "trace-1", "is open, so its attempts wait"],
  ["/runs/remind-1", "remind-1", "waits until"],
  ["/patterns?find=charge", "Patterns", "1 of 9 patterns"],
  ["/patterns/parcels.courier", "parcels.courier", "Believed to succeed"],
  ["/choices", "Choices", "Do beliefs come true?"],
  ["/choices?pattern=parcels.courier&domain=parcels", "Choices", "What was learned"],
  ["/runs/parcel-1?tab=choice", "parcel-1", "Believed to succeed"],
  ["/runs/parcel-1?tab=context", "parcel-1", "attributes.carrier"],
  ["/resources", "Resources", "Event loop: delay"],
  ["/alerts", "Alerts", "What fired before"],
  ["/audit", "Audit", "Nobody has done anything"],
  ["/nowhere", "Not found", "There is no such page."],
];

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  [browser, shop] = await Promise.all([startChromium(), openShop()]);
  const { runtime } = shop;
  const runs = await Promise.all([
    runtime.start("orders.fulfil", { item: "lamp", total: 120 }, { id: "order-good" }),
    runtime.start("orders.fulfil", { item: "lamp", total: 990 }, { id: "order-declined" }),
    runtime.start("mail.send", "nobody@example.org", { id: "mail-1" }),
    runtime.start("catalogue.import", 60, { id: "import-1" }),
  ]);
  await Promise.all(runs.map((run) => run.outcome()));
  await (await runtime.start("orders.fulfil", { item: "lamp", total: 990 }, { id: LONG_ID })).outcome();
  await (await runtime.delegate(PARCELS, { weight: 3 }, { id: "parcel-1" })).outcome();
  for (let parcel = 0; parcel < 4; parcel++)
    await (await runtime.delegate(PARCELS, { weight: parcel * 3 })).outcome();
  const named = await runtime.start("parcels.courier", { weight: 3 }, { context: PARCELS });
  await named.outcome();
  for (let parcel = 0; parcel < 3; parcel++) await (await runtime.start("parcels.trace", parcel)).outcome();
  await vi.waitUntil(() => runtime.breakers().has("ask-carrier"), { timeout: 60_000 });
  await runtime.start("parcels.trace", 3, { id: "trace-1" });
  runtime.engine.sample(SAMPLE);
  await runtime.start("orders.refund", { item: "lamp", total: 40 }, { id: "refund-1" });
  await runtime.start("orders.remind", { item: "lamp", total: 40 }, { id: "remind-1" });
  await runtime.start("stock.watch", { item: "lamp", total: 40 }, { id: "watch-1" });
}, 300_000);

beforeEach(({ skip }) => skip(chromiumPath === undefined, NO_CHROMIUM));

afterAll(async () => {
  await browser?.close();
  await shop?.[Symbol.asyncDispose]();
});

test.each(["light", "dark"] as const)(
  "every page shows what there is, accessible and without complaints, in the %s",
  async (colorScheme) => {
    await using visitor = await visit(browser, shop, { colorScheme });
    for (const [path, heading, shows] of PAGES) {
      await visitor.go(path);
      await visitor.page.getByRole("heading", { level: 1, name: heading }).waitFor();
      await visitor.page.getByRole("main").getByText(shows).first().waitFor();
      await expectAccessible(visitor.page, axe.source);
    }
    expect(visitor.complaints).toEqual([]);
  },
  600_000,
);

test("on a narrow screen no page is wider than the screen, and all are accessible", async () => {
  await using visitor = await visit(browser, shop, { width: 390 });
  for (const [path, , shows] of PAGES) {
    await visitor.go(path);
    await visitor.page.getByRole("main").getByText(shows).first().waitFor();
    const beyond = await visitor.page.evaluate(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
    expect(beyond, path).toBe(0);
    await expectAccessible(visitor.page, axe.source);
  }
  expect(visitor.complaints).toEqual([]);
}, 300_000);

test("what agents wrote is text: no markup comes of it, and control characters are seen", async () => {
  await using visitor = await visit(browser, shop);
  await visitor.go("/runs/order-good?tab=log");
  const line = visitor.page.getByText("<b>packed</b> & ␛[31msealed␛[0m");
  await line.waitFor();
  expect(await visitor.page.locator("main b").count()).toBe(0);
  await visitor.go("/runs");
  await visitor.page.getByText("invoice-\ufffdgnp.exe-").first().waitFor();
  expect(await visitor.page.getByText("\u202e").count()).toBe(0);
  expect(visitor.complaints).toEqual([]);
});

test("an empty log teaches the command that fills it", async () => {
  await using empty = await openShop();
  await using visitor = await visit(browser, empty);
  await visitor.page.getByText("Nothing runs.").waitFor();
  await visitor.page.getByText("reeve run PATTERN --input '{}'").waitFor();
  for (const path of [
    "/runs",
    "/needs",
    "/failures",
    "/agents",
    "/choices",
    "/resources",
    "/alerts",
    "/audit",
  ]) {
    await visitor.go(path);
    await visitor.page.locator(".empty code").first().waitFor();
    await expectAccessible(visitor.page, axe.source);
  }
  expect(visitor.complaints).toEqual([]);
}, 300_000);
