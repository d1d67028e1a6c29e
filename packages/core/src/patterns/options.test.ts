import { describe, expect, it } from "vitest";
import { z } from "zod";
import { agent } from "../delegation/agent.ts";
import { approval } from "./approval.ts";
import { delay } from "./delay.ts";
import { delegate } from "./delegate.ts";
import { forEach } from "./for-each.ts";
import { meta } from "./meta.ts";
import { parallel } from "./parallel.ts";
import { repeat } from "./repeat.ts";
import { sequential } from "./sequential.ts";
import { step } from "./step.ts";
import { when } from "./when.ts";

const a = agent("a", { run: () => 1 });
/** As plain JavaScript sees the constructors: nothing is checked before they are called. */
const loose = (constructor: unknown) => constructor as (...given: readonly unknown[]) => object;

describe("patterns and control steps declared in plain JavaScript", () => {
  it.each([
    ["sequential", [sequential, "p"]],
    ["parallel", [parallel, "p"]],
    ["forEach", [forEach, "p"]],
    ["meta", [meta, "p"]],
    ["when", [when, "p"]],
    ["step", [step, a]],
    ["repeat", [repeat, a]],
  ])("%s without options, or with null, is refused with its name", (kind, [constructor, first]) => {
    for (const options of [undefined, null, 5, []])
      expect(() => loose(constructor)(first, ...(options === undefined ? [] : [options]))).toThrow(
        expect.objectContaining({
          code: "pattern-invalid",
          message: expect.stringMatching(`^${kind} '`) as string,
        }),
      );
  });

  it.each([
    [
      "null for an approval's options",
      [approval, "ok", null],
      "approval 'ok': the argument with its options is null",
    ],
    ["null for a delay's options", [delay, 5, null], "the argument with its options is null"],
    [
      "null for a delegate's options",
      [delegate, {}, null],
      "delegate 'delegate': the argument with its options",
    ],
    ["a repeat of nothing", [repeat, undefined, { max: 1 }], "repeat 'undefined': name is undefined"],
    ["a repeat of no step", [repeat, { name: "x" }, { max: 1 }], "repeat 'x': the step inside is"],
    [
      "limits that are one limit",
      [sequential, "p", { steps: [a], limits: { concurrency: 1 } }],
      "limits is {",
    ],
    ["null for a limit", [sequential, "p", { steps: [a], limits: [null] }], "limits[0] is null"],
    ["an empty limit", [parallel, "p", { tasks: { a }, limits: [{}] }], "limits[0] is {}"],
    [
      "a limit of nothing but a key",
      [sequential, "p", { steps: [a], limits: [{ perSecond: 1 }, { key: () => "" }] }],
      "limits[1] is {",
    ],
    [
      "a key that is a text",
      [forEach, "p", { items: () => [], step: a, limits: [{ key: "tenant", concurrency: 1 }] }],
      "limits[0].key is tenant",
    ],
    [
      "a concurrency below 1",
      [sequential, "p", { steps: [a], limits: [{ concurrency: 0 }] }],
      "limits[0].concurrency is 0",
    ],
    [
      "no run per second",
      [meta, "p", { phases: [{ name: "one", patterns: [a] }], limits: [{ perSecond: 0 }] }],
      "limits[0].perSecond is 0",
    ],
    [
      "a resource threshold of 0",
      [parallel, "p", { tasks: { a }, resourceThreshold: 0 }],
      "resourceThreshold is 0",
    ],
    [
      "a resource threshold above 1",
      [forEach, "p", { items: () => [], step: a, resourceThreshold: 70 }],
      "resourceThreshold is 70",
    ],
    [
      "resources of a phase that are a number",
      [meta, "p", { phases: [{ name: "one", patterns: [a], resources: 0.8 }] }],
      "phases[0].resources is 0.8",
    ],
    [
      "resources of a phase that say nothing",
      [meta, "p", { phases: [{ name: "one", patterns: [a], resources: {} }] }],
      "phases[0].resources is {}",
    ],
    [
      "a share of the memory above 1",
      [meta, "p", { phases: [{ name: "one", patterns: [a], resources: { memory: 1.5 } }] }],
      "phases[0].resources.memory is 1.5",
    ],
    ["an approval's schema that is none", [approval, "ok", { schema: {} }], "schema is {}"],
    ["an input that is no schema", [sequential, "p", { steps: [a], input: {} }], "input is {}"],
    ["matches that are a text", [sequential, "p", { steps: [a], matches: "x" }], "matches is x"],
    [
      "a domain that is no text",
      [sequential, "p", { steps: [a], matches: { domain: 5 } }],
      "matches.domain is 5",
    ],
    ["versions that are one text", [sequential, "p", { steps: [a], continues: "1" }], "continues is 1"],
    ["tasks that are missing", [parallel, "p", {}], "tasks is null"],
    ["tasks that are a list", [parallel, "p", { tasks: [a] }], "tasks is ["],
    ["null for needs", [parallel, "p", { tasks: { a }, needs: null }], "needs is null"],
    ["null for tolerate", [parallel, "p", { tasks: { a }, tolerate: null }], "tolerate is null"],
    ["no phase", [meta, "p", { phases: [null] }], "phases[0] is null"],
    [
      "a success that is a number",
      [meta, "p", { phases: [{ name: "one", patterns: [a], success: 0.5 }] }],
      "phases[0].success is 0.5",
    ],
    [
      "a share that is null",
      [meta, "p", { phases: [{ name: "one", patterns: [a], rollbackOn: { errorRate: null } }] }],
      "phases[0].rollbackOn.errorRate is null",
    ],
  ])("refuse %s", (_what, [constructor, ...given], message) => {
    expect(() => loose(constructor)(...given)).toThrow(
      expect.objectContaining({
        code: "pattern-invalid",
        message: expect.stringContaining(message) as string,
      }),
    );
  });

  it("take every option that is undefined as left out", () => {
    const head = Object.fromEntries(
      ["description", "matches", "input", "timeoutMs", "version", "continues", "limits"].map((key) => [
        key,
        undefined,
      ]),
    );
    expect(loose(sequential)("p", { ...head, steps: [a] })).toEqual(sequential("p", { steps: [a] }));
    const limits = {
      needs: undefined,
      concurrencyMax: undefined,
      resourceThreshold: undefined,
      tolerate: undefined,
    };
    expect(loose(parallel)("p", { ...head, ...limits, tasks: { a } })).toEqual(
      parallel("p", { tasks: { a } }),
    );
    const phase = { name: "one", patterns: [a] as const };
    const limitless = {
      coordination: undefined,
      success: undefined,
      rollbackOn: undefined,
      resources: undefined,
    };
    expect(loose(meta)("p", { rollback: undefined, phases: [{ ...phase, ...limitless }] })).toEqual(
      meta("p", { phases: [phase] }),
    );
    const tolerate = { failures: 1, quorum: undefined };
    expect(loose(parallel)("p", { tasks: { a }, tolerate })).toMatchObject({ tolerate: { failures: 1 } });
    expect(loose(delay)(5, { name: undefined })).toEqual(delay(5));
    expect(loose(approval)("ok", { schema: undefined, merge: undefined })).toEqual(approval("ok"));
  });

  it("keep limits and thresholds, frozen", () => {
    const key = (): string => "tenant";
    const pattern = sequential("p", { steps: [a], limits: [{ key, concurrency: 4, perSecond: 0.5 }] });
    expect(pattern.limits).toEqual([{ key, concurrency: 4, perSecond: 0.5 }]);
    expect(Object.isFrozen(pattern.limits) && Object.isFrozen(pattern.limits[0])).toBe(true);
    expect(parallel("p", { tasks: { a }, resourceThreshold: 0.7 }).resourceThreshold).toBe(0.7);
    const phase = { name: "one", patterns: [a] as const, resources: { cpu: 1 } };
    expect(meta("p", { phases: [phase] }).phases[0]?.resources).toEqual({ cpu: 1, memory: undefined });
  });

  it("take a schema as input", () => {
    expect(sequential("p", { steps: [a], input: z.unknown() }).input).toBeDefined();
  });
});
