import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

process.env.NODE_ENV = "production"; // vitest says "test", and React would be the slow one of its developers

/** The page is served under a strict policy without inline scripts or data: addresses, so nothing is inlined. */
export default defineConfig({
  root: "web",
  plugins: [react()],
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    chunkSizeWarningLimit: 600, // kB: one page, loaded once from the machine beside
  },
});
