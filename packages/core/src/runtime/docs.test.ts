import { testExamples } from "../testing/fixtures/docs-examples.ts";

testExamples("docs/agents.md");
testExamples("docs/children.md");
// The program that backs up is run where the command is.
testExamples("docs/operate.md", 1);
testExamples("docs/server.md");
testExamples("docs/reference.md");
