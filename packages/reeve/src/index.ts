export * from "@reeve/core";
