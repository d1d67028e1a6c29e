import { describeStore } from "../store-suite.ts";
import { MemoryLog, openMemoryStore } from "./memory-store.ts";

describeStore("memory", () => {
  const log = new MemoryLog();
  return { open: () => openMemoryStore(log), remove: () => {} };
});
