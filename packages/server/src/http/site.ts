/**
 * The dashboard's files: those that its build left in a folder, and no others. Read into memory with their compressed
 * form, so that no request touches the disk; read anew while there is none, so that a build shows without a restart.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

interface SiteFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly zipped: Uint8Array<ArrayBuffer> | undefined;
  /** Its name changes with its content. */
  readonly isHashed: boolean;
}

/** Where the dashboard's build leaves its files: beside `src` and `dist`. */
export const SITE_FOLDER: string = fileURLToPath(new URL("../../dashboard", import.meta.url));

const TYPES: { readonly [ending: string]: string } = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
};
const TEXT = /^(?:text|application)\/|svg/;
const ZIP_BYTES_MIN = 1_000;
const HASHED = /[-.][\w-]{8,}\.\w+$/;
const YEAR_SECONDS = 31_536_000;

export class Site {
  readonly #folder: string;
  #files: ReadonlyMap<string, SiteFile> = new Map();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The file at a path of the address; for an address that the dashboard makes itself, its first page. */
  answer(path: string, acceptsZip: boolean): Response | undefined {
    if (!this.#files.has("/index.html")) this.#files = readSite(this.#folder);
    const file =
      this.#files.get(path) ?? (path.startsWith("/assets/") ? undefined : this.#files.get("/index.html"));
    if (!file) return undefined;
    const zipped = acceptsZip ? file.zipped : undefined;
    return new Response(zipped ?? file.bytes, {
      headers: {
        "content-type": file.type,
        "cache-control": file.isHashed ? `public, max-age=${YEAR_SECONDS}, immutable` : "no-cache",
        vary: "accept-encoding",
        ...(zipped && { "content-encoding": "gzip" }),
      },
    });
  }
}

function readSite(folder: string): ReadonlyMap<string, SiteFile> {
  if (!existsSync(join(folder, "index.html"))) return new Map();
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    names.map((name) => [name.slice(folder.length).split(sep).join("/"), readSiteFile(name)] as const),
  );
}

function readSiteFile(name: string): SiteFile {
  const bytes = new Uint8Array(readFileSync(name));
  const type = TYPES[extname(name)] ?? "application/octet-stream";
  const isWorthIt = TEXT.test(type) && bytes.length >= ZIP_BYTES_MIN;
  return {
    type,
    bytes,
    zipped: isWorthIt ? new Uint8Array(gzipSync(bytes)) : undefined,
    isHashed: HASHED.test(name),
  };
}
