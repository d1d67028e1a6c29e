/** What people do with the pages, in Chromium: follow live runs, answer, cancel, fork, through restarts. */
import type { Browser } from "playwright-core";
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

test("runs that start and fail appear by themselves", async () => {
  await using shop = await openShop();
  await using visitor = await visit(browser, shop);
  const { page } = visitor;
  await page.getByText("Nothing runs.").waitFor();
  await shop.runtime.start("stock.watch", { item: "lamp", total: 1 }, { id: "watch-live" });
  await page.getByRole("link", { name: "watch-live" }).waitFor();
  const failing = await shop.runtime.start("mail.send", "nobody@example.org");
  await failing.outcome();
  await page.getByText("550 mailbox of <nobody@example.org> unavailable").first().waitFor();
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await page.getByRole("row", { name: /failed .* mail\.send/ }).waitFor();
  expect(visitor.complaints).toEqual([]);
}, 300_000);

test("an approval is given from the page, and the run goes on", async () => {
  await using shop = await openShop();
  const run = await shop.runtime.start("orders.refund", { item: "lamp", total: 40 }, { id: "refund-1" });
  await using visitor = await visit(browser, shop);
  const { page } = visitor;
  await page.getByRole("link", { name: /Needs you 1/ }).click();
  await page.getByRole("button", { name: "Approve" }).click();
  expect(await run.outcome()).toEqual({ status: "completed", output: { refunded: 40 } });
  await page.getByText("Nothing waits for you.").waitFor();
  await visitor.go("/audit");
  await page.getByRole("row", { name: /signal-sent/ }).waitFor();
  expect(visitor.complaints).toEqual([]);
}, 300_000);

test("a run is cancelled from the page, with a reason that is kept", async () => {
  await using shop = await openShop();
  const run = await shop.runtime.start("stock.watch", { item: "lamp", total: 1 }, { id: "watch-1" });
  await using visitor = await visit(browser, shop);
  const { page } = visitor;
  await visitor.go("/runs/watch-1");
  await page.getByRole("button", { name: "Cancel…" }).click();
  await page.getByLabel("Reason, kept in the log").fill("it's not needed");
  await page.getByText(`reeve cancel watch-1 --reason 'it'\\''s not needed'`).waitFor();
  await page.getByRole("button", { name: "Cancel the run" }).click();
  expect(await run.outcome()).toMatchObject({ status: "cancelled", reason: "it's not needed" });
  await page.getByRole("heading", { name: /cancelled/ }).waitFor();
  expect(visitor.complaints).toEqual([]);
}, 300_000);

test("a run is forked with an edited input", async () => {
  await using shop = await openShop();
  const first = await shop.runtime.start("orders.fulfil", { item: "lamp", total: 990 }, { id: "order-1" });
  expect((await first.outcome()).status).toBe("rolled-back");
  await using visitor = await visit(browser, shop);
  const { page } = visitor;
  await visitor.go("/runs/order-1");
  await page.getByRole("button", { name: "Fork…" }).click();
  const input = page.getByLabel("Input", { exact: true });
  await expect.poll(() => input.inputValue()).toContain("990");
  await input.fill(`{ "item": "lamp", "total": 90 `);
  await page.getByText(/This is not JSON/).waitFor();
  await input.fill(`{ "item": "lamp", "total": 90 }`);
  await page.getByRole("button", { name: "Start the fork" }).click();
  await page.waitForURL((url) => url.pathname !== "/runs/order-1");
  const id = new URL(page.url()).pathname.slice("/runs/".length);
  expect(await shop.runtime.run(id).outcome()).toMatchObject({ status: "completed" });
  await page.getByRole("heading", { name: /completed/ }).waitFor();
  await page.getByText("Made from").waitFor();
  expect(visitor.complaints).toEqual([]);
}, 300_000);

test("while the server is away the page stays, and afterwards nothing is missing", async () => {
  await using shop = await openShop();
  // It has ended, so that nothing but the reading anew brings what happened meanwhile.
  const first = await shop.runtime.start("orders.fulfil", { item: "lamp", total: 5 }, { id: "before" });
  await first.outcome();
  await using visitor = await visit(browser, shop);
  const { page } = visitor;
  await visitor.go("/runs");
  await page.getByRole("link", { name: "before" }).waitFor();
  await shop.restart(async (runtime) => {
    await page.getByRole("button", { name: /Reconnecting/ }).waitFor();
    await page.getByRole("link", { name: "before" }).waitFor();
    const run = await runtime.start("orders.fulfil", { item: "lamp", total: 5 }, { id: "unseen" });
    await run.outcome();
  });
  await page.getByRole("button", { name: /Live/ }).waitFor();
  await page.getByRole("row", { name: /completed unseen/ }).waitFor();
  await shop.runtime.start("stock.watch", { item: "lamp", total: 5 }, { id: "after" });
  await page.getByRole("link", { name: "after" }).waitFor();
  // That nothing answered is said by the browser; anything else would be ours.
  expect(visitor.complaints.filter((text) => !/ERR_|Failed to load resource/.test(text))).toEqual([]);
}, 300_000);

test("a page that is held still changes nothing until it is let go", async () => {
  await using shop = await openShop();
  await using visitor = await visit(browser, shop);
  const { page } = visitor;
  await visitor.go("/runs");
  await page.getByText("There are no runs yet.").waitFor();
  await page.getByRole("button", { name: /Live/ }).click();
  await page.getByRole("button", { name: /Paused/ }).waitFor();
  const run = await shop.runtime.start("orders.fulfil", { item: "lamp", total: 5 }, { id: "meanwhile" });
  await run.outcome();
  expect(await page.getByText("There are no runs yet.").count()).toBe(1);
  await page.getByRole("button", { name: /Paused/ }).click();
  await page.getByRole("link", { name: "meanwhile" }).waitFor();
  expect(visitor.complaints).toEqual([]);
}, 300_000);

test("an alert that fires is silenced from the page, and the silence is ended there", async () => {
  await using shop = await openShop({ objectives: [{ name: "mail", pattern: "mail.send", success: 0.99 }] });
  const runs = await Promise.all(
    Array.from({ length: 12 }, (_, index) => shop.runtime.start("mail.send", `nobody-${index}@example.org`)),
  );
  await Promise.all(runs.map((run) => run.outcome()));
  await using visitor = await visit(browser, shop);
  const { page } = visitor;
  await visitor.go("/alerts");
  // Rules are evaluated every 30 seconds.
  const alert = page.getByRole("listitem").filter({ hasText: "objective/mail/1h" });
  await alert.getByRole("button", { name: "Silence…" }).click({ timeout: 200_000 });
  await page.getByLabel("Reason, shown wherever the alert is").fill("the postmaster knows");
  await page.getByText("reeve silence objective/mail/1h --for 2h --reason 'the postmaster knows'").waitFor();
  await page.getByRole("button", { name: "Silence it" }).click();
  await page.getByText("silenced until").waitFor();
  await page.getByText("the postmaster knows").waitFor();
  await page.getByRole("button", { name: "End it" }).click();
  await page.getByRole("heading", { name: "Silenced" }).waitFor({ state: "detached" });
  await alert.getByRole("button", { name: "Silence…" }).waitFor();
  expect(visitor.complaints).toEqual([]);
}, 400_000);

test("who signs out is shown how to come back, and what he had opened is closed", async () => {
  await using shop = await openShop();
  await using visitor = await visit(browser, shop);
  const { page } = visitor;
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to Reeve" }).waitFor();
  await page.getByText("reeve link").waitFor();
  await page.goto(new URL("/runs", shop.server.url).href);
  await page.getByRole("heading", { name: "Sign in to Reeve" }).waitFor();
  // That nothing answers is said by the browser; anything else would be ours.
  expect(visitor.complaints.filter((text) => !/ERR_|Failed to load resource/.test(text))).toEqual([]);
}, 300_000);
