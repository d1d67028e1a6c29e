import { testExamples } from "../../testing/fixtures/docs-examples.ts";

testExamples("docs/breakers.md");
