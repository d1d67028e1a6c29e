/** Finds and starts a real Chromium: the system's, or one that Playwright has fetched. */
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const CANDIDATES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Without its sandbox, because containers forbid that to it; it opens pages of this machine only. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CANDIDATES.find((candidate) => existsSync(candidate)) ?? chromium.executablePath(),
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
}
