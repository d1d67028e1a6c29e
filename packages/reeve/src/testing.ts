/** The front door to what tests need: a clock moved by hand, and the conformance suite of engines. */
export * from "@reeve/core/testing";
