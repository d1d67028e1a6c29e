/**
 * People who look at the dashboard while events come, each in a page of a real Chromium that follows the server's real
 * event stream: three who stay where they are, and one who goes from page to page.
 */
import type { Browser, CDPSession, Page } from "playwright-core";
import { startChromium } from "../chromium.ts";

/** What a page holds after a collection. */
export interface Held {
  /** Objects, what the document is made of, and buffers. */
  readonly heapBytes: number;
  readonly nodes: number;
  readonly listeners: number;
  /** What the page has been sent so far, uncompressed. */
  readonly receivedBytes: number;
}

export interface Watcher {
  readonly name: string;
  hold(): Promise<Held>;
}

export interface Watchers extends AsyncDisposable {
  readonly all: readonly Watcher[];
  /** Has one of them go through all pages, again and again, and return to the first one when the promise resolves. */
  walkUntil(over: Promise<unknown>): Promise<void>;
  /** What pages complained of: errors, warnings. */
  readonly complaints: readonly string[];
}

/** How long whoever goes around stays on a page. */
const STAY_MS = 1_000;
const AROUND = "goes through all pages";

/** Signs in with a link for each, and opens the pages. */
export async function openWatchers(
  url: string,
  link: () => Promise<string>,
  pages: Readonly<Record<string, string>>,
): Promise<Watchers> {
  const browser = await startChromium();
  const complaints: string[] = [];
  const open = (path: string): Promise<Page> => openPage(browser, new URL(path, url).href, link, complaints);
  const all: Watcher[] = [];
  for (const [name, path] of Object.entries(pages)) all.push(await watcherOf(name, await open(path)));
  const around = await open("/");
  all.push(await watcherOf(AROUND, around));
  return {
    all,
    complaints,
    walkUntil: (over) => walk(around, over),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

async function openPage(
  browser: Browser,
  address: string,
  link: () => Promise<string>,
  complaints: string[],
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      complaints.push(`${page.url()}: ${message.text()}`);
  });
  await page.goto(await link());
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  await page.goto(address);
  await page.getByRole("main").waitFor();
  return page;
}

async function watcherOf(name: string, page: Page): Promise<Watcher> {
  const session = await page.context().newCDPSession(page);
  let receivedBytes = 0;
  session.on("Network.dataReceived", ({ dataLength }) => {
    receivedBytes += dataLength;
  });
  await session.send("Network.enable", { maxTotalBufferSize: 0, maxResourceBufferSize: 0 });
  return {
    name,
    hold: async () => ({ ...(await heapOf(session)), receivedBytes }),
  };
}

async function heapOf(session: CDPSession): Promise<Omit<Held, "receivedBytes">> {
  // What the first collection lets go of may hold more.
  for (let time = 0; time < 2; time++) await session.send("HeapProfiler.collectGarbage");
  const { usedSize, embedderHeapUsedSize, backingStorageSize } = await session.send("Runtime.getHeapUsage");
  const { nodes, jsEventListeners } = await session.send("Memory.getDOMCounters");
  return {
    heapBytes: usedSize + embedderHeapUsedSize + backingStorageSize,
    nodes,
    listeners: jsEventListeners,
  };
}

async function walk(page: Page, over: Promise<unknown>): Promise<void> {
  const ending = new AbortController();
  const ended = over.finally(() => ending.abort());
  const links = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
  const show = async (number: number): Promise<void> => {
    await links.nth(number).click();
    await page.getByRole("heading", { level: 1 }).waitFor({ state: "attached" });
    await page.waitForTimeout(STAY_MS);
  };
  const count = await links.count();
  for (let next = 1; !ending.signal.aborted; next++) await show(next % count);
  await show(0);
  await ended;
}
