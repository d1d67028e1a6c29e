/** Owns the part of the style sheet for text, tables and the arrangement of the page. */
export const layout = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif; }
a { color: var(--link); text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .25rem .5rem; z-index: 2; }
.page { display: grid; grid-template-columns: 13.5rem minmax(0, 1fr); max-width: 1400px; margin: 0 auto; }
main { padding: 2rem 2.5rem 3rem; min-width: 0; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 2rem 0 1rem 1.25rem; font-size: 13.5px; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { display: flex; justify-content: space-between; gap: .5rem; align-items: baseline; padding: .28rem .5rem;
  color: var(--ink); text-decoration: none; border-left: 2px solid var(--hair); }
nav a:hover { border-color: var(--accent); background: var(--panel); }
nav .end { display: inline-flex; gap: .35rem; align-items: center; color: var(--quiet); white-space: nowrap; font-variant-numeric: tabular-nums; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; }
h1 { font-size: 2rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 0 0 .4rem; }
h3 { font-size: .95rem; margin: 1.4rem 0 .4rem; }
p { margin: 0 0 .6rem; }
section { padding-top: 1.6rem; margin-top: 2rem; border-top: 1px solid var(--rule); }
.kicker { margin: 0 0 .2rem; color: var(--accent); font-size: 12.5px; font-weight: 600; letter-spacing: .06em; text-transform: uppercase; }
.summary { font-size: 1.08rem; line-height: 1.6; max-width: 52rem; margin: 1rem 0 1.2rem; }
.lead { max-width: 52rem; margin-bottom: 1rem; overflow-wrap: anywhere; }
.quiet, small, figcaption, .legend { color: var(--quiet); }
.quiet, figcaption, .legend { font-size: 13px; }
.coverage { margin: .9rem 0 0; }
.totals { display: grid; grid-template-columns: repeat(6, 1fr); gap: 1px; margin: 0;
  background: var(--rule); border: 1px solid var(--rule); border-radius: 4px; overflow: hidden; }
.totals div { background: var(--paper); padding: .6rem .8rem; }
dt { color: var(--quiet); font-size: 12.5px; }
dd { margin: 0; font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; }
dd small { display: block; font-size: 12px; font-weight: 400; }
.empty { background: var(--panel); border-left: 3px solid var(--rule); padding: .5rem .8rem; max-width: 52rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 0 2.5rem; align-items: start; }
.three { grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 0 2rem; }
.uneven { grid-template-columns: minmax(0, 17rem) minmax(0, 1fr); }
.part { min-width: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th, td { padding: .3rem .7rem .3rem 0; text-align: left; vertical-align: baseline; font-weight: 400; border-bottom: 1px solid var(--hair); }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--quiet); font-size: 12px; white-space: nowrap; border-bottom-color: var(--rule); vertical-align: bottom; }
tbody tr:hover { background: var(--panel); }
.number { width: 1%; padding-left: .3rem; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.bar, td.bar { width: 40%; min-width: 6.5rem; }
td.bar { vertical-align: top; padding-top: .62rem; }
th.path, td.path { width: 60%; min-width: 13rem; overflow-wrap: anywhere; }
code { font: 12.5px/1.45 ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code.path { unicode-bidi: isolate; direction: ltr; overflow-wrap: anywhere; }
.dir, .line, .to { color: var(--quiet); }
.line { font: 12.5px/1.45 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: nowrap; }
bdi { overflow-wrap: break-word; }
h1 bdi, .path bdi, .summary bdi, .lead bdi, .remark { overflow-wrap: anywhere; }
.summary code { font-size: .88em; }
.word, .aside { width: 1%; white-space: nowrap; }
.name { font-weight: 600; }
details { margin: .4rem 0 0; }
summary { cursor: pointer; color: var(--link); font-size: 13.5px; padding: .2rem 0; width: fit-content; }
ol, ul { margin: 0; padding-left: 1.5rem; }
.places { list-style: none; padding: 0; }
.advice { max-width: 52rem; margin-bottom: 1rem; }
.circles li, .numbered li { padding: .22rem 0; }
.circles, .numbered { font-size: 13.5px; padding-left: 2rem; }
footer { margin-top: 3rem; border-top: 1px solid var(--rule); padding-top: .8rem; }
@media (max-width: 60rem) {
  html { scroll-padding-top: 3.5rem; }
  .page { display: block; }
  nav { padding: 0; background: var(--paper); border-bottom: 1px solid var(--rule); overflow-x: auto; z-index: 1; }
  nav ul { display: flex; width: max-content; padding: 0 .6rem; }
  nav a { border-left: 0; padding: .65rem .6rem; white-space: nowrap; }
  nav .figure { display: none; }
  main { padding: 1.25rem 1.5rem 2.5rem; }
  .totals { grid-template-columns: repeat(3, 1fr); }
}
@media (max-width: 40rem) {
  main { padding: 1rem 1rem 2rem; }
  .uneven { grid-template-columns: minmax(0, 1fr); }
  h1 { font-size: 1.6rem; }
  .totals { grid-template-columns: 1fr 1fr; }
  th, td { padding-right: .5rem; }
  .number { padding-left: 0; }
  .aside { display: none; }
  th.path, td.path { min-width: 11rem; }
}
@media print {
  nav, .skip { display: none; }
  .page { display: block; max-width: none; }
  main { padding: 0; }
  body { font-size: 10pt; }
  .totals { grid-template-columns: repeat(3, 1fr); }
  figure, tr, .totals, h2, h3 { break-inside: avoid; }
  h2, h3, .lead { break-after: avoid; }
  .scroll { overflow: visible; }
  summary { display: none; }
  details::details-content { content-visibility: visible; height: auto; }
  svg { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
