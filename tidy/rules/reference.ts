/**
 * docs/reference.md: it names every value that an entry point exports, each name is shown on the page that its row points
 * to, and a reader who starts at the README gets to every guide.
 */
import { syntaxOf } from "../syntax.ts";
import type { Finding, Rule } from "../rule.ts";
import type { SourceFile } from "../tree.ts";

const reference = "docs/reference.md";
const entryPoint = /^packages\/(core|server|reeve)\/src\/[\w-]+\.ts$/;
/** Not handed to anybody: the command, and what hands on another package's names. */
const noEntryPoint = /\.test\.ts$|\/main\.ts$|^packages\/reeve\/src\/(index|testing)\.ts$/;

/** Every value that a package exports is named in the reference. */
export const referenceNamesAll: Rule = (files) => {
  const page = files.find(({ path }) => path === reference);
  if (!page) return [];
  return files
    .filter(({ path }) => entryPoint.test(path) && !noEntryPoint.test(path))
    .flatMap((file) =>
      handedOn(file)
        .filter(({ name }) => !page.text.includes(`\`${name}\``))
        .map(({ name, line }) => ({ path: file.path, line, message: `${name} is not in ${reference}` })),
    );
};

/** What a row of the reference names is on the page it points to, or among the page's own examples. */
export const referencePointsWell: Rule = (files) => {
  const page = files.find(({ path }) => path === reference);
  if (!page) return [];
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const examples = [...page.text.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
  return page.text.split("\n").flatMap((row, index): Finding[] => {
    const [, names = "", where = ""] = /^\| (`.+) \| .+ \| (.+) \|$/.exec(row) ?? [];
    const pages = [...where.matchAll(/\]\(([\w-]+\.md)/g)].map(([, name]) => texts.get(`docs/${name}`) ?? "");
    const shown = where.includes("below") ? [...pages, ...examples] : pages;
    return [...names.matchAll(/`(\w+)`/g)].flatMap(([, name = ""]) =>
      shown.some((text) => new RegExp(`\\b${name}\\b`).test(text))
        ? []
        : [{ path: reference, line: index + 1, message: `${name} is not shown where its row points` }],
    );
  });
};

/** Every guide is linked from the README, or from a page that is. */
export const guidesAreFound: Rule = (files) => {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const found = new Set<string>();
  const open = pagesIn(texts.get("README.md") ?? "", "docs/");
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...pagesIn(texts.get(`docs/${name}`) ?? "", ""));
  }
  return files
    .filter(({ path }) => /^docs\/[^/]+\.md$/.test(path) && !found.has(path.slice("docs/".length)))
    .map(({ path }) => ({ path, line: 0, message: "no link leads here from README.md" }));
};

interface HandedOn {
  readonly name: string;
  readonly line: number;
}

/** The values that an entry point exports; types are told by what takes and gives them. */
function handedOn(file: SourceFile): HandedOn[] {
  const { program, lineAt } = syntaxOf(file);
  return program.body.flatMap((node) => {
    if (node.type !== "ExportNamedDeclaration" || node.exportKind === "type") return [];
    return node.specifiers.flatMap(({ exported, exportKind, start }) =>
      exportKind === "type" || exported.type !== "Identifier"
        ? []
        : [{ name: exported.name, line: lineAt(start) }],
    );
  });
}

/** Links to pages of the folder docs itself. */
function pagesIn(text: string, folder: string): string[] {
  return [...text.matchAll(/\]\(([^)#]+)/g)].flatMap(([, path = ""]) => {
    const name = path.startsWith(folder) ? path.slice(folder.length) : "";
    return /^[\w-]+\.md$/.test(name) ? [name] : [];
  });
}
