/** Versions of the npm packages that are compared, as installed here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** "bullmq 6.7.0" */
export function packageVersion(name: string): string {
  const file = join(import.meta.dirname, "node_modules", name, "package.json");
  const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  return `${name} ${version}`;
}
