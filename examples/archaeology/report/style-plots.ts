/** Owns the part of the style sheet for plots and status marks. */
export const plots = `
figure { margin: 0 0 1.2rem; container-type: inline-size; }
figcaption { margin-top: .4rem; max-width: 52rem; }
.plot { display: block; width: 100%; height: auto; }
.plot.middle, .plot.narrow { display: none; }
.plot.middle { max-width: 820px; }
.plot.narrow { max-width: 470px; }
@container (max-width: 959.9px) {
  .plot.wide { display: none; }
  .plot.middle { display: block; }
}
@container (max-width: 599.9px) {
  .plot.middle { display: none; }
  .plot.narrow { display: block; }
}
svg text { font-size: 11px; fill: var(--ink); }
svg .tick, svg .axis-name { fill: var(--quiet); }
.grid { stroke: var(--hair); fill: none; }
.axis { stroke: var(--rule); fill: none; }
.first { fill: var(--accent); background: var(--accent); }
.second { fill: var(--second); background: var(--second); }
.third { fill: var(--third); background: var(--third); }
.bar svg, svg.bar { display: block; width: 100%; height: .7rem; }
.legend i { display: inline-block; width: .8em; height: .8em; margin: 0 .35em 0 .9em; vertical-align: -.05em; }
.legend i:first-child { margin-left: 0; }
.keys { margin: .5rem 0 .2rem; color: var(--ink); }
.key { display: inline-block; margin-right: 1.1em; white-space: nowrap; }
.keys i, .keys i:first-child { margin: 0 .4em 0 0; border: 1px solid var(--rule); }
.hue0 { fill: var(--hue0); background: var(--hue0); } .hue1 { fill: var(--hue1); background: var(--hue1); }
.hue2 { fill: var(--hue2); background: var(--hue2); } .hue3 { fill: var(--hue3); background: var(--hue3); }
.hue4 { fill: var(--hue4); background: var(--hue4); } .hue5 { fill: var(--hue5); background: var(--hue5); }
.neutral { fill: var(--neutral); background: var(--neutral); }
.frame { fill: var(--panel); stroke: var(--rule); }
svg text.title { font-weight: 600; }
svg text.language { font-size: 10.5px; }
g:hover > rect { stroke: var(--accent); }
.dot { fill: var(--paper); stroke: var(--accent); stroke-width: 1.5; }
.dot.hot { fill: var(--accent); }
svg text.name { font-weight: 400; }
.plot text.name { paint-order: stroke; }
.import { fill: none; stroke: var(--second); stroke-width: 1; }
.import.faint { stroke-width: .7; opacity: .5; }
.circular { fill: none; stroke: var(--watch); stroke-width: 1.4; opacity: .85; }
.spoke { fill: var(--accent); }
.ring-pair { display: grid; grid-template-columns: minmax(0, 250px) minmax(0, 1fr); gap: 1.5rem; align-items: center; }
.ring { width: 100%; max-width: 250px; height: auto; }
.node { fill: var(--panel); stroke: var(--accent); stroke-width: 1.5; }
.arrow { fill: none; stroke: var(--quiet); stroke-width: 1.1; }
.head { fill: var(--quiet); }
.mark { width: .85em; height: .85em; flex: none; vertical-align: -.06em; }
.mark.plain { fill: var(--quiet); }
.mark .stroke { fill: none; stroke: var(--good); stroke-width: 2.4; stroke-linecap: round; stroke-linejoin: round; }
.mark.watch { fill: var(--watch); }
.mark.act { fill: var(--act); }
.mark .cut { stroke: var(--paper); stroke-width: 2; }
@media (max-width: 40rem) {
  .ring-pair { grid-template-columns: minmax(0, 1fr); }
}
`;
