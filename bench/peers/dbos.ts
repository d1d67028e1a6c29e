/**
 * DBOS Transact in this process, its system database in a PostgreSQL server of its own. A run is a workflow called
 * directly, the shortest way there is: no queue, no polling for the result; every step is checkpointed.
 * https://docs.dbos.dev/typescript/programming-guide
 */
import { DBOS } from "@dbos-inc/dbos-sdk";
import type { Contender, Steps, Value } from "./contender.ts";
import { packageVersion } from "./package-version.ts";
import { openPostgres } from "./postgres.ts";
import { stepNames } from "./steps.ts";

const count = DBOS.registerWorkflow(
  async (value: Value, steps: Steps): Promise<Value> => {
    let last = value;
    for (const name of stepNames(steps)) {
      const { n, text } = last;
      last = await DBOS.runStep(async () => ({ n: n + 1, text }), { name });
    }
    return last;
  },
  { name: "count" },
);

export async function open(folder: string): Promise<Contender> {
  const postgres = await openPostgres(folder);
  // https://docs.dbos.dev/typescript/reference/configuration
  DBOS.setConfig({
    name: "bench",
    systemDatabaseUrl: postgres.url,
    // 10, the default, 20, 30 and 50 made the same within the noise; 5 made fewer.
    systemDatabasePoolSize: 20,
    logLevel: "error",
  });
  await DBOS.launch();
  return {
    version: `${packageVersion("@dbos-inc/dbos-sdk")} on ${postgres.version}`,
    run: (steps, value) => count(value, steps),
    close: async () => {
      await DBOS.shutdown();
      await postgres.server.stop();
    },
  };
}
