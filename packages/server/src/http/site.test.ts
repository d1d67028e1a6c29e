import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Site } from "./site.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-site-"));
  mkdirSync(join(folder, "site", "assets"), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "secret");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("files that a build left are handed out, once there is one, and its first page for addresses of its own", async () => {
  const site = new Site(join(folder, "site"));
  expect(site.answer("/", false)).toBeUndefined();
  writeFileSync(join(folder, "site", "index.html"), "<!doctype html>");
  writeFileSync(join(folder, "site", "assets", "main-Ab12Cd34.js"), "x".repeat(5_000));
  expect(await site.answer("/", false)?.text()).toBe("<!doctype html>");
  expect(await site.answer("/runs/import-42", false)?.text()).toBe("<!doctype html>");
  const script = site.answer("/assets/main-Ab12Cd34.js", true);
  expect([script?.headers.get("content-type"), script?.headers.get("cache-control")]).toEqual([
    "text/javascript; charset=utf-8",
    "public, max-age=31536000, immutable",
  ]);
  expect(gunzipSync((await script?.bytes()) ?? new Uint8Array()).toString()).toHaveLength(5_000);
  expect(site.answer("/assets/missing.js", false)).toBeUndefined();
});

test("no path leads out of the folder", async () => {
  writeFileSync(join(folder, "site", "index.html"), "<!doctype html>");
  const site = new Site(join(folder, "site"));
  for (const path of ["/../secret.txt", "/assets/../../secret.txt", "/.access", "/..\\secret.txt"])
    expect((await site.answer(path, false)?.text()) ?? "").not.toContain("secret");
});
