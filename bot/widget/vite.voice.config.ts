import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// What only a call needs: the panel's part (`--mode widget-voice`), loaded at the customer's first call, and the
// audio thread's part (`--mode voice-worklet`). One module each, without chunks and hashes.
export default defineConfig(({ mode }) => ({
  root: here("."),
  publicDir: false as const,
  logLevel: "warn" as const,
  define: { "process.env.NODE_ENV": '"production"' },
  build: {
    target: "es2022",
    outDir: here("../static"),
    emptyOutDir: false,
    minify: "esbuild" as const,
    lib: {
      entry: here(mode === "voice-worklet" ? "voice/worklet.ts" : "src/call/main.ts"),
      formats: ["es" as const],
      fileName: () => `${mode}.js`,
    },
  },
}));
