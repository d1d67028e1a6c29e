/** A Chromium that measures what a person would see of a run's page. */
import type { CDPSession, Page } from "playwright-core";
import { startChromium } from "../chromium.ts";

/** How long it took until rows were painted, from the beginning of the navigation, in milliseconds. */
export interface Opened {
  readonly id: string;
  /** The first page of it that anybody opens: the server has yet to read it. */
  readonly stepsMs: number;
  readonly eventsMs: number;
  readonly againMs: number;
}

export interface MeasuringBrowser extends AsyncDisposable {
  open(id: string): Promise<Opened>;
  /** Of the run opened last: all its events twice, from the first to the last. */
  scrollThrough(): Promise<{ taskMsMax: number; heapBytes: number; heapBytesAgain: number }>;
}

const PAINT_MS_MAX = 60_000;
const SCROLL_PIXELS = 1_500;

/** Notes when rows with content are first painted, and how long tasks are. */
const WATCH = `
  globalThis.paintedAt = new Promise((resolve) => {
    const isThere = () => document.querySelector(".event-line span:nth-child(3), .step-line .step-name") !== null;
    const painted = () => requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
    new MutationObserver((_changes, watcher) => {
      if (!isThere()) return;
      watcher.disconnect();
      painted();
    }).observe(document, { childList: true, subtree: true });
  });
  globalThis.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) globalThis.longTasks.push(duration);
  }).observe({ type: "longtask" });
`;

/** From the top to the bottom, one step for each frame; resolves with the longest task. */
const SCROLL = `(async () => {
  const list = document.querySelector(".virtual");
  list.scrollTop = 0;
  globalThis.longTasks.length = 0;
  const height = list.scrollHeight;
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  for (let at = 0; at < height; at += ${SCROLL_PIXELS}) {
    list.scrollTop = at;
    await frame();
  }
  return Math.max(0, ...globalThis.longTasks);
})()`;

/** Signs in and stays on the overview until a run is opened. */
export async function openBrowser(url: string, link: string): Promise<MeasuringBrowser> {
  const browser = await startChromium();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(PAINT_MS_MAX);
  await page.goto(link);
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  await page.addInitScript(WATCH);
  const session = await context.newCDPSession(page);
  const paint = async (path: string): Promise<number> => {
    await page.goto(new URL(path, url).href, { waitUntil: "commit" });
    return numberOf(page, "globalThis.paintedAt");
  };
  return {
    open: async (id) => ({
      id,
      stepsMs: await paint(`/runs/${id}`),
      eventsMs: await paint(`/runs/${id}?tab=events`),
      againMs: await paint(`/runs/${id}?tab=events`),
    }),
    scrollThrough: async () => {
      const first = await numberOf(page, SCROLL);
      const heapBytes = await heapOf(session);
      const second = await numberOf(page, SCROLL);
      return { taskMsMax: Math.max(first, second), heapBytes, heapBytesAgain: await heapOf(session) };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

async function numberOf(page: Page, expression: string): Promise<number> {
  const value: unknown = await page.evaluate(expression);
  return typeof value === "number" ? value : Number.NaN;
}

async function heapOf(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  return (await session.send("Runtime.getHeapUsage")).usedSize;
}
