import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// One classic script with everything inside: no chunks, no hashes and no source map, so that the
// same sources always give the same bytes.
export default defineConfig({
  root: here("."),
  publicDir: false,
  logLevel: "warn",
  build: {
    target: "es2022",
    outDir: here("../static"),
    emptyOutDir: false,
    minify: "esbuild",
    lib: { entry: here("src/main.ts"), formats: ["iife"], name: "CentralaWidget", fileName: () => "widget.js" },
    rollupOptions: { output: { extend: false } },
  },
});
