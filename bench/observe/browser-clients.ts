/**
 * Two clients that are pages of a real Chromium: one on the overview, one on a run.
 *
 * `node browser-clients.ts URL LINK RUN`; says "reading" once both pages follow the event stream, and shows them until
 * it is killed.
 */
import { startChromium } from "../chromium.ts";

const [url = "", link = "", run = ""] = process.argv.slice(2);
const browser = await startChromium();
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const overview = await context.newPage();
await overview.goto(link);
const oneRun = await context.newPage();
await oneRun.goto(new URL(`/runs/${encodeURIComponent(run)}`, url).href);
for (const page of [overview, oneRun]) {
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  await page.getByRole("button", { name: /^Live/ }).waitFor();
}
process.stdout.write("reading\n");
