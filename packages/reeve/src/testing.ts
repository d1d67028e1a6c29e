/** The front door to what tests need: time that is skipped, faults, the conformance suite of engines. */
export * from "@reeve/core/testing";
