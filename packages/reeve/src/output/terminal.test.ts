import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { outputStream } from "./terminal.ts";

test("a line passes colours and line breaks on, and nothing else that a terminal acts on", () => {
  const written: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      written.push(String(chunk));
      done();
    },
  }) as NodeJS.WriteStream;
  const out = outputStream(stream, { FORCE_COLOR: "1" });
  out.line(`${out.paint("red", "red")} a\nb \u001b]0;owned\u0007 \u001b[2J \u009b2J \u202e \r`);
  expect(written.join("")).toBe("\u001b[31mred\u001b[39m a\nb �]0;owned� �[2J �2J � �\n");
  const above: string[] = [];
  out.divert((line) => above.push(line));
  out.line("\u001b[1A");
  expect(above).toEqual(["�[1A"]);
});
