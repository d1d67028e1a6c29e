/** The SQLite store on temporary files: the suite every store passes, and what only a file can be asked. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeStore } from "../store-suite.ts";
import { openConnection } from "./connection.ts";
import { openSqliteStore, storeOn } from "./open-sqlite-store.ts";
import { takeOwnerLock } from "./owner.ts";

describeStore("SQLite", () => {
  const folder = mkdtempSync(join(tmpdir(), "reeve-store-"));
  const file = join(folder, "log.db");
  return {
    open: () => openSqliteStore(file, { durability: "os", access: "own" }),
    openWithoutRoom: () => {
      const connection = openConnection(file, { durability: "fsync", role: "owner" });
      connection.configure();
      const used = Number(connection.statement("PRAGMA page_count").get()?.["page_count"]);
      connection.exec(`PRAGMA max_page_count = ${used + 4}`);
      const makeRoom = (): void => connection.exec("PRAGMA max_page_count = 1000000");
      return { store: storeOn(connection, takeOwnerLock(file)), makeRoom };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
});
