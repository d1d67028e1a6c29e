/** What is built keeps to what a strict content-security policy allows, and stays small. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildDashboard, isSmallEnough, type Built } from "./build.ts";

let built: Built;

beforeAll(async () => {
  built = await buildDashboard(mkdtempSync(join(tmpdir(), "reeve-dashboard-")));
}, 300_000);

afterAll(() => {
  rmSync(built.folder, { recursive: true, force: true });
});

test("a first visit loads at most 100 kB", () => {
  expect(built.firstLoad.length).toBeGreaterThan(2);
  expect(isSmallEnough(built), `${built.firstLoadBytes} bytes`).toBe(true);
});

test("the page has no script and no style of its own, only files from where it came", () => {
  const page = readFileSync(join(built.folder, "index.html"), "utf8");
  expect(page).not.toMatch(/<style|style=|\son\w+=|javascript:/i);
  expect(
    [...page.matchAll(/<script([^>]*)>([^<]*)/g)].map((match) => [
      match[2],
      /src="\/assets\//.test(match[1] ?? ""),
    ]),
  ).toEqual([["", true]]);
});

test("the licences of what is bundled are beside it", () => {
  const licences = readFileSync(join(built.folder, "licenses.txt"), "utf8");
  for (const name of ["preact", "@preact/signals", "uplot"]) expect(licences).toContain(`## ${name} - `);
  expect(licences.match(/^Copyright /gm)?.length).toBeGreaterThanOrEqual(3);
});

test("no file names a foreign host or makes code out of text", () => {
  const names = readdirSync(join(built.folder, "assets"));
  for (const name of names) {
    const text = readFileSync(join(built.folder, "assets", name), "utf8");
    const hosts = [...text.matchAll(/https?:\/\/([\w.-]+)/g)].map((match) => match[1]);
    // Names of XML languages are no addresses.
    expect(
      hosts.filter((host) => host !== "www.w3.org"),
      name,
    ).toEqual([]);
    expect(text, name).not.toMatch(/\beval\(|new Function\(|@import|dangerouslySetInnerHTML=/);
  }
});
