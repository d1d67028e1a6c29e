/** Owns the look of the page. One accent; colours are variables, one set for light and one for dark. */
import { layout } from "./style-layout.ts";
import { plots } from "./style-plots.ts";

const colours = `
:root {
  color-scheme: light dark;
  --paper: #fcfcfb; --panel: #f4f5f4; --ink: #1b2023; --quiet: #56606a; --rule: #d9dddf; --hair: #e7eaeb;
  --accent: #0a6464; --second: #55938f; --third: #cfd6d6; --link: #0a6464;
  --good: #2c6b35; --watch: #8a5200; --act: #b3261e;
  --hue0: #b9ddd7; --hue1: #c3d5f0; --hue2: #f0dda9; --hue3: #f1c9cc; --hue4: #d9ccee; --hue5: #cbdfae; --neutral: #e4e7e7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #121618; --panel: #1a2023; --ink: #e3e7e8; --quiet: #9da9b0; --rule: #353e43; --hair: #252d31;
    --accent: #5cc4b8; --second: #35766f; --third: #3a4449; --link: #7bd3c8;
    --good: #7cc588; --watch: #e5ad57; --act: #ff8a7e;
    --hue0: #1b5750; --hue1: #284a72; --hue2: #5d4a16; --hue3: #6a353e; --hue4: #4b3f74; --hue5: #3c5527; --neutral: #333c40;
  }
}
@media print {
  :root {
    --paper: #fff; --panel: #f4f5f4; --ink: #000; --quiet: #444; --rule: #bbb; --hair: #ddd;
    --accent: #0a6464; --second: #55938f; --third: #cfd6d6; --link: #000;
    --good: #2c6b35; --watch: #8a5200; --act: #b3261e;
    --hue0: #b9ddd7; --hue1: #c3d5f0; --hue2: #f0dda9; --hue3: #f1c9cc; --hue4: #d9ccee; --hue5: #cbdfae; --neutral: #e4e7e7;
  }
}
`;

/** The whole style sheet. */
export const style = `${colours}${layout}${plots}`;
