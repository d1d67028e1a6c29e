/**
 * Reads the JSON reports of the test runs. Plain old JavaScript: it must run when nothing else does.
 *
 *   report.cjs files REPORT                     the test files with a failure in them, a line each
 *   report.cjs sum BROKEN REPORT... [--again R]  the failures with their messages, then `N passed, N failed`
 *
 * A test that failed among all others and passed when its file ran again alone counts as passed, and is named: it
 * depends on the load of the machine and has to be mended. A part that broke without a failed test in its report (a gate,
 * a crash, a file that doesn't load) counts as one failure, so that the line never looks better than the exit code.
 */
const { existsSync, readFileSync } = require("node:fs");
const { relative } = require("node:path");
const { stripVTControlCharacters } = require("node:util");

/** The lines of a message that are printed: enough to see what failed, little enough for the end of a log. */
const MESSAGE_LINES = 14;

/** @param {string} file */
function testsOf(file) {
  if (!existsSync(file)) return [];
  return JSON.parse(readFileSync(file, "utf8")).testResults.flatMap((result) => {
    const path = relative(process.cwd(), result.name);
    const tests = result.assertionResults.map((test) => ({
      key: `${path} > ${test.fullName}`,
      path,
      status: test.status,
      message: (test.failureMessages ?? []).join("\n"),
    }));
    const loaded = result.status !== "failed" || tests.some((test) => test.status === "failed");
    return loaded ? tests : [...tests, { key: path, path, status: "failed", message: result.message ?? "" }];
  });
}

/** @param {string} message */
function shortened(message) {
  const lines = stripVTControlCharacters(message).split("\n");
  return lines.slice(0, MESSAGE_LINES).map((line) => `    ${line.slice(0, 200)}`);
}

const [verb, ...rest] = process.argv.slice(2);
if (verb === "files") {
  const failed = testsOf(rest[0]).filter((test) => test.status === "failed");
  for (const path of new Set(failed.map((test) => test.path))) console.log(path);
} else {
  const [broken, ...files] = rest;
  const split = files.indexOf("--again");
  const first = (split < 0 ? files : files.slice(0, split)).flatMap(testsOf);
  const again = split < 0 ? [] : testsOf(files[split + 1]);
  const passedAgain = new Set(again.filter((test) => test.status === "passed").map((test) => test.key));
  const failures = first.filter((test) => test.status === "failed");
  const lasting = failures.filter((test) => !passedAgain.has(test.key));
  for (const test of failures) {
    const note = passedAgain.has(test.key) ? "passed when its file ran again alone" : "failed";
    console.log(`${note}: ${test.key}`);
    for (const line of shortened(test.message)) console.log(line);
  }
  const failed = Math.max(lasting.length, Number(broken));
  const passed = first.filter((test) => test.status === "passed").length + failures.length - lasting.length;
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
