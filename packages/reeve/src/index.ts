/** The front door to the library: everything `@reeve/core` offers. */
export * from "@reeve/core";
