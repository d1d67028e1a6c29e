/** Makes names in a folder durable: what was made, renamed or removed there survives a power cut afterwards. */
import { closeSync, fsyncSync, openSync } from "node:fs";

export function syncFolder(folder: string): void {
  // Windows opens no folders; there a name is durable with its file.
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
