import { expect, test } from "vitest";
import { judge } from "../judge.ts";
import { nothingIsSwallowed } from "./catches.ts";

const found = (text: string): string[] => judge(nothingIsSwallowed, { "bench/a.ts": text });

test.each([
  "try { a(); } catch {}",
  "try { a(); } catch (error) { /* nothing to do */ }",
  "function f() { try { a(); } catch { return []; } }",
  "function f() { try { a(); } catch { return undefined; } }",
  "function f() { try { a(); } catch { return; } }",
  "for (;;) { try { a(); } catch { continue; } }",
  "a().catch(() => {});",
  "a().catch(() => undefined);",
  "a().catch(() => ({}));",
  "try { a(); } catch { // ignore:\n }",
])("caught: %s", (text) => {
  expect(found(text)).toHaveLength(1);
});

test.each([
  "try { a(); } catch (error) { throw new Error('a failed', { cause: error }); }",
  "function f() { try { a(); } catch (cause) { return failed(cause); } }",
  "function f() { try { a(); } catch { return false; } }",
  "let failure; try { a(); } catch (error) { failure = error; }",
  "try { a(); } catch (error) { undo(); throw error; }",
  "try { a(); } catch { // ignore: the file may be gone already\n }",
  "// ignore: closing twice is fine\na().catch(() => {});",
  "a().catch((error) => report(error));",
])("passes: %s", (text) => {
  expect(found(text)).toEqual([]);
});
