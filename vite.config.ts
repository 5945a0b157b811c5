import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

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
  },
});
