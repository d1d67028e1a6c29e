/**
 * Builds the browser application into the server's folder `dashboard`: one entry, pages as chunks of their own, nothing inline, so that a strict
 * content-security policy serves it. Ends with the size of the first load.
 */
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../server/dashboard",
    emptyOutDir: true,
    target: "es2022",
    // A data: address would be one more source the policy has to allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Licences of what is bundled ask to go with every copy, and the code itself carries none once it is minified.
    license: { fileName: "licenses.txt" },
  },
});
