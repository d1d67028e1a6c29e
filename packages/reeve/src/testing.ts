export * from "@reeve/core/testing";
