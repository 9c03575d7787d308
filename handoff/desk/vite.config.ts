import { defineConfig } from "vite";

// Names without hashes: the built page is committed, and CI compares it byte for byte.
export default defineConfig({
  root: import.meta.dirname,
  base: "/desk/",
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    outDir: "../static/desk",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    rollupOptions: {
      output: {
        entryFileNames: "assets/desk.js",
        chunkFileNames: "assets/[name].js",
        assetFileNames: ({ names }) =>
          names.some((name) => name.endsWith(".css")) ? "assets/desk.css" : "assets/[name][extname]",
      },
    },
  },
  worker: { format: "es", rollupOptions: { output: { entryFileNames: "assets/[name].js" } } },
  server: { proxy: { "/api": "http://127.0.0.1:8080", "/desk/ws": { target: "ws://127.0.0.1:8080", ws: true } } },
});
