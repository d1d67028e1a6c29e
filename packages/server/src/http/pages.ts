/** The few pages of the server's own: signing in, and what stands in for a dashboard that was not built. */

const HEAD = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/reeve.css">`;

/** The ticket stands after the #, which browsers send to nobody; the script takes it out of the address at once. */
export const SIGN_IN_PAGE: string = `${HEAD}<title>Reeve: sign in</title>
<main><h1>Reeve</h1><p id="said">Signing in …</p>
<noscript><p>Signing in takes JavaScript. Programs use a token: <code>reeve token NAME</code></p></noscript></main>
<script src="/sign-in.js"></script></html>
`;

export const SIGN_IN_SCRIPT = `"use strict";
const ticket = location.hash.slice(1);
history.replaceState(null, "", "/sign-in");
const say = (text) => { document.getElementById("said").textContent = text; };
const refused = "This link was used, or is older than ten minutes. For a new one: reeve link, where the server runs.";
if (ticket === "") say("Open the link that reeve up printed.");
else fetch("/sign-in", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ ticket }) })
  .then((answer) => { if (answer.ok) location.replace("/"); else say(refused); })
  .catch(() => say("The server does not answer."));
`;

export const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
main{max-width:40rem;margin:15vh auto;padding:0 1rem}code{font-family:ui-monospace,monospace}
`;

export const NOT_BUILT_PAGE: string = `${HEAD}<title>Reeve: no dashboard</title>
<main><h1>The dashboard is not built</h1>
<p>The server works; only the pages are missing. Build them in the repository with <code>npm run build</code>,
and load this page again.</p>
<p>The API: <a href="/api/openapi.json">/api/openapi.json</a></p></main></html>
`;
