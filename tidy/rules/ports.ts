/**
 * The outside world is reached through its port only: time through `Clock`, chance through `Random`, the
 * environment in the `reeve` command. And what tests must not do: replace modules.
 */
import type { Finding, Rule } from "../rule.ts";
import { syntaxOf, visit } from "../syntax.ts";
import { isCode, isPublished, isTest, type SourceFile } from "../tree.ts";

interface Ban {
  /** `name` for a call of a global, `object.member` for any mention of the member. */
  readonly names: ReadonlySet<string>;
  readonly modules: ReadonlySet<string>;
  readonly remedy: string;
  applies(file: SourceFile): boolean;
}

const bans: readonly Ban[] = [
  {
    names: new Set([
      "setTimeout",
      "setInterval",
      "Date",
      "new Date",
      "Date.now",
      "performance.now",
      "process.hrtime",
      "AbortSignal.timeout",
    ]),
    modules: new Set(["node:timers", "node:timers/promises"]),
    remedy: "take a Clock",
    applies: (file) => isCoreSource(file) && file.path !== "packages/core/src/clock.ts",
  },
  {
    names: new Set(),
    modules: new Set(["node:perf_hooks"]),
    remedy: "take a Clock",
    // It measures the event loop and garbage collection, and takes the time from its clock like everybody.
    applies: (file) => isCoreSource(file) && file.path !== "packages/core/src/telemetry/process-meter.ts",
  },
  {
    names: new Set([
      "Math.random",
      "crypto.randomUUID",
      "crypto.getRandomValues",
      "randomUUID",
      "randomBytes",
      "randomInt",
    ]),
    modules: new Set(),
    remedy: "take a Random",
    applies: (file) => isCoreSource(file) && file.path !== "packages/core/src/random.ts",
  },
  {
    names: new Set(["process.env"]),
    modules: new Set(),
    remedy: "only the reeve command reads the environment; take an option",
    // A child process gets an allow-list of the environment, which has to be read somewhere.
    applies: (file) =>
      /^(packages|examples|bench)\//.test(file.path) &&
      !isTest(file) &&
      !isCommand(file) &&
      file.path !== "packages/core/src/agents/environment.ts",
  },
  {
    names: new Set([
      "vi.mock",
      "vi.doMock",
      "vi.hoisted",
      "vi.useFakeTimers",
      "vi.stubGlobal",
      "jest.mock",
      "mock.module",
    ]),
    modules: new Set(),
    remedy: "use a real implementation of the port",
    applies: () => true,
  },
];

/** Time, chance, environment and module mocks appear only where they are allowed. */
export const portsAreRespected: Rule = (files) =>
  files.filter(isCode).flatMap((file) => {
    const active = bans.filter((ban) => ban.applies(file));
    return active.length === 0 ? [] : mentions(file, active);
  });

/**
 * A published file finds its neighbours by `import`: the build rewrites `.ts` in imports, but not in a URL, which
 * would point nowhere in the tarball.
 */
export const noSourceUrls: Rule = (files) =>
  files.filter(isPublished).flatMap((file) => {
    const { lineAt } = syntaxOf(file);
    const findings: Finding[] = [];
    visit(file, {
      NewExpression: (node) => {
        const [path] = node.arguments;
        if (node.callee.type !== "Identifier" || node.callee.name !== "URL" || path?.type !== "Literal")
          return;
        if (typeof path.value !== "string" || !/^\..*\.ts$/.test(path.value)) return;
        const message = `new URL("${path.value}", …) breaks once built; derive the ending from import.meta.url`;
        findings.push({ path: file.path, line: lineAt(node.start), message });
      },
    });
    return findings;
  });

function mentions(file: SourceFile, active: readonly Ban[]): Finding[] {
  const { lineAt, imports } = syntaxOf(file);
  const findings: Finding[] = [];
  const report = (name: string, line: number, ban: Ban | undefined): void => {
    if (ban !== undefined) findings.push({ path: file.path, line, message: `${name}: ${ban.remedy}` });
  };
  const check = (name: string, offset: number): void =>
    report(
      name,
      lineAt(offset),
      active.find((ban) => ban.names.has(name)),
    );
  for (const { specifier, line } of imports) {
    report(
      specifier,
      line,
      active.find((ban) => ban.modules.has(specifier)),
    );
  }
  visit(file, {
    CallExpression: (node) => {
      if (node.callee.type === "Identifier") check(node.callee.name, node.start);
    },
    NewExpression: (node) => {
      if (node.callee.type !== "Identifier" || node.arguments.length > 0) return;
      check(`new ${node.callee.name}`, node.start);
    },
    MemberExpression: (node) => {
      if (node.object.type !== "Identifier" || node.property.type !== "Identifier" || node.computed) return;
      // `globalThis.setTimeout` is `setTimeout` by another name.
      const owner = node.object.name === "globalThis" ? "" : `${node.object.name}.`;
      check(`${owner}${node.property.name}`, node.start);
    },
  });
  return findings;
}

function isCoreSource(file: SourceFile): boolean {
  return isPublished(file) && file.path.startsWith("packages/core/");
}

function isCommand(file: SourceFile): boolean {
  return file.path.startsWith("packages/reeve/");
}
