/** The pages by keyboard alone, in Chromium: what can be pressed is reached with Tab, and seen to be. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { chromiumPath, NO_CHROMIUM, startChromium } from "./fixtures/chromium.ts";
import { openShop, visit } from "./fixtures/open-shop.ts";

let browser: Browser;

beforeAll(async () => {
  if (chromiumPath !== undefined) browser = await startChromium();
}, 300_000);

beforeEach(({ skip }) => skip(chromiumPath === undefined, NO_CHROMIUM));

afterAll(async () => {
  await browser?.close();
});

test("a run is found, looked through and approved by keyboard alone", async () => {
  await using shop = await openShop();
  const run = await shop.runtime.start("orders.refund", { item: "lamp", total: 40 }, { id: "refund-1" });
  await using visitor = await visit(browser, shop);
  const { page } = visitor;
  await tabTo(page, "Runs");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Runs" }).waitFor();
  await tabTo(page, "refund-1");
  await page.keyboard.press("Enter");
  await page.getByRole("tree", { name: "Steps" }).waitFor();
  await tabTo(page, "Steps", { role: "tree" });
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.getByRole("treeitem", { name: /second-look/, selected: true }).waitFor();
  await page.keyboard.press("Escape");
  await tabTo(page, "Pause…");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await tabTo(page, "Approve");
  await page.keyboard.press("Enter");
  expect((await run.outcome()).status).toBe("completed");
  expect(visitor.complaints).toEqual([]);
}, 300_000);

test("choices are narrowed down and opened, and a time range is chosen, by keyboard alone", async () => {
  await using shop = await openShop();
  const parcels = { domain: "parcels", agentType: "shipping" };
  await (await shop.runtime.delegate(parcels, { weight: 3 }, { id: "parcel-1" })).outcome();
  await (await shop.runtime.delegate(parcels, { weight: 4 }, { id: "parcel-2" })).outcome();
  await using visitor = await visit(browser, shop);
  const { page } = visitor;
  await tabTo(page, "Choices");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Choices" }).waitFor();
  await page.getByText("What was learned").waitFor();
  await tabTo(page, "Domain");
  // The list is made anew once it is narrowed down: what had the focus before is gone then.
  const narrowed = page.waitForResponse(/\/api\/choices\?.*domain=parcels/);
  await page.keyboard.press("ArrowDown");
  await page.waitForURL((url) => url.searchParams.get("domain") === "parcels");
  await narrowed;
  const older = page.locator("details.choice").nth(1);
  const isOpen = async (): Promise<boolean> => (await older.getAttribute("open")) !== null;
  const isReached =
    "(() => document.querySelectorAll('details.choice > summary')[1] === document.activeElement)()";
  await expect
    .poll(async () => {
      await tabTo(page, "", { tag: "summary" });
      return page.evaluate(isReached);
    })
    .toBe(true);
  expect(await isOpen()).toBe(false);
  await page.keyboard.press("Enter");
  await expect.poll(isOpen).toBe(true);
  await tabTo(page, "Resources", { shift: true });
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Resources" }).waitFor();
  await tabTo(page, "24h");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.searchParams.get("range") === "24h");
  expect(visitor.complaints).toEqual([]);
}, 300_000);

test("an alert is silenced and told of again by keyboard alone", async () => {
  await using shop = await openShop({ objectives: [{ name: "mail", pattern: "mail.send", success: 0.99 }] });
  const runs = await Promise.all(
    Array.from({ length: 12 }, (_, index) => shop.runtime.start("mail.send", `nobody-${index}@example.org`)),
  );
  await Promise.all(runs.map((run) => run.outcome()));
  await using visitor = await visit(browser, shop);
  const { page } = visitor;
  await tabTo(page, "Alerts");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Alerts" }).waitFor();
  // Rules are evaluated every 30 seconds.
  await page.getByRole("button", { name: "Silence…" }).first().waitFor({ timeout: 200_000 });
  await tabTo(page, "Silence…");
  await page.keyboard.press("Enter");
  await tabTo(page, "1 day");
  await page.keyboard.press("Space");
  await tabTo(page, "Reason");
  await page.keyboard.type("the postmaster knows");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Silenced" }).waitFor();
  await tabTo(page, "End it");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Silenced" }).waitFor({ state: "detached" });
  expect(visitor.complaints).toEqual([]);
}, 400_000);

test("from every page a run or a pattern is gone to by its name, and times are shown in full", async () => {
  await using shop = await openShop();
  await (
    await shop.runtime.start("orders.fulfil", { item: "lamp", total: 40 }, { id: "order/7 ü" })
  ).outcome();
  await using visitor = await visit(browser, shop);
  const { page } = visitor;
  await visitor.go("/audit");
  await page.getByRole("heading", { level: 1, name: "Audit" }).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("order/7 ü");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "order/7 ü" }).waitFor();
  await tabTo(page, "Copy the id of the run");
  await page.keyboard.press("/");
  // Names of patterns are known once the field is used.
  await page.locator("#go-to-names option[value='orders.fulfil']").waitFor({ state: "attached" });
  await page.keyboard.type("orders.fulfil");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "orders.fulfil" }).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("no-such-run");
  await page.keyboard.press("Enter");
  await page.getByText("The log knows no such run.").waitFor();
  await tabTo(page, "Overview");
  await page.keyboard.press("Enter");
  await page
    .getByText(/^\d+ (s|min) ago$/)
    .filter({ visible: true })
    .first()
    .waitFor();
  await tabTo(page, "Exact times");
  await page.keyboard.press("Enter");
  await page
    .getByText(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    .filter({ visible: true })
    .first()
    .waitFor();
  await page.reload();
  await page
    .getByText(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    .filter({ visible: true })
    .first()
    .waitFor();
  // The browser's own word on the answer that there is no such run.
  expect(visitor.complaints.filter((text) => !text.includes("404"))).toEqual([]);
}, 300_000);

const TABS_MAX = 60;

interface Reached {
  readonly role?: string;
  readonly tag?: string;
  /** Backwards. */
  readonly shift?: boolean;
}

/** Presses Tab until what has the focus is called so; it must be visible that it has. */
async function tabTo(page: Page, name: string, { role = "", tag = "", shift }: Reached = {}): Promise<void> {
  const reached = `(() => {
    const element = document.activeElement;
    const called =
      element?.getAttribute("aria-label") ?? element?.labels?.[0]?.textContent ?? element?.textContent ?? "";
    return called.trim().startsWith(${JSON.stringify(name)})
      && (element?.getAttribute("role") ?? "").includes(${JSON.stringify(role)})
      && (element?.localName ?? "").includes(${JSON.stringify(tag)})
      && getComputedStyle(element).outlineStyle !== "none";
  })()`;
  for (let press = 0; press < TABS_MAX; press++) {
    await page.keyboard.press(shift ? "Shift+Tab" : "Tab");
    if ((await page.evaluate(reached)) === true) return;
  }
  throw new Error(`Tab does not reach "${name}"`);
}
