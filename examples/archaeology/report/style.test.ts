import { expect, test } from "vitest";
import { style } from "./style.ts";

/** Values of the variables, one set each for light, dark and print. */
const sets = style
  .split(":root {")
  .slice(1)
  .map((block) => {
    const text = block.slice(0, block.indexOf("}"));
    const named = text.matchAll(/--(\w+): (#[0-9a-f]+);/g);
    return new Map([...named].map(([, name = "", colour = ""]) => [name, colour]));
  });

/** Relative luminance as WCAG 2 defines it. */
function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replace(/[0-9a-f]/g, "$&$&") : colour;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(first: string, second: string): number {
  const [dark = 0, light = 0] = [luminance(first), luminance(second)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

test("text is legible on paper, panels and every hue of the map, in light, dark and print", () => {
  expect(sets).toHaveLength(3);
  const hues = Array.from({ length: 6 }, (_, index) => `hue${index}`);
  for (const colours of sets) {
    const ratio = (text: string, ground: string): number =>
      contrast(colours.get(text) ?? "", colours.get(ground) ?? "");
    for (const ground of ["paper", "panel", "neutral", ...hues])
      expect(ratio("ink", ground), ground).toBeGreaterThan(4.5);
    for (const text of ["quiet", "link", "accent", "good", "watch", "act"])
      expect(ratio(text, "paper"), text).toBeGreaterThan(4.5);
  }
});
