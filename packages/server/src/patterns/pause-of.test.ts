import { expect, test } from "vitest";
import { failingPatterns } from "../health/failing-patterns.ts";
import { pauseOf } from "./pause-of.ts";

const pause = { reason: "broken", by: "ada", at: 1 };

test.each(["__proto__", "constructor", "toString"])(
  "nothing called %s is paused by its name alone",
  (name) => {
    expect(pauseOf({}, name)).toBeUndefined();
    expect(pauseOf(Object.fromEntries([[name, pause]]), name)).toEqual(pause);
    const endings = [1, 2, 3].map((at) => ({ run: `r${at}`, at, bad: true, error: null }));
    const [finding] = failingPatterns(new Map([[name, endings]]), {}, 4, () => undefined);
    expect(finding?.repair).toContain("nothing was done about it yet");
  },
);
