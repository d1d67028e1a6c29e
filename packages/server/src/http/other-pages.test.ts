/** What pages of others get that ask without saying who they are, as images and scripts do. */
import { expect, test } from "vitest";
import { served } from "../testing/serving.ts";

test("what another page asks for without an Origin, such as an image, is refused: 403", async () => {
  await using it = await served();
  const authorization = `Bearer ${it.token("operate")}`;
  for (const path of ["/api/runs", "/api/stream?topics=overview"])
    for (const site of ["cross-site", "same-site"]) {
      const { status, json } = await it.get(path, { authorization, "sec-fetch-site": site });
      expect([path, site, status]).toEqual([path, site, 403]);
      expect(json).toMatchObject({ error: { code: "request-refused" } });
    }
  for (const site of ["same-origin", "none"])
    expect((await it.get("/api/runs", { authorization, "sec-fetch-site": site })).status).toBe(200);
  // A link to the dashboard may stand anywhere.
  expect((await it.get("/sign-in", { "sec-fetch-site": "cross-site" })).status).toBe(200);
});
