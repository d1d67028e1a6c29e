import { expect, test } from "vitest";
import { streamParser } from "./parse-stream.ts";

const text = ': 5\n\nid: 7\nevent: overview\ndata: {"a":"ü\\n"}\n\ndata: one\r\ndata: two\r\n\r\nid: 9\n\n';
const expected = [undefined, { id: "7", text: '{"a":"ü\\n"}' }, { id: undefined, text: "one\ntwo" }];

test("messages are the same wherever the pieces are cut", () => {
  for (let cut = 0; cut <= text.length; cut++) {
    const taken: unknown[] = [];
    const parse = streamParser((message) => taken.push(message));
    parse(text.slice(0, cut));
    parse(text.slice(cut));
    expect(taken, `cut at ${cut}`).toEqual(expected);
  }
});
