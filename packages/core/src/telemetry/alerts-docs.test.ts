import { testExamples } from "../testing/fixtures/docs-examples.ts";

testExamples("docs/alerts.md");
