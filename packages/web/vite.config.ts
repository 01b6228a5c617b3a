import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = 'http://127.0.0.1:7000';

const rolldownOptions = {
  treeshake: {
    // The page needs the frame codec and the types of the protocol, not its schemas, and of the layout one engine:
    // loading these packages has no side effects.
    moduleSideEffects: (id: string) =>
      !/packages\/(?:protocol|primitives|graph|layout)\/|node_modules\/typebox\//.test(id),
  },
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    target: 'es2022',
    // The content security policy allows no data: addresses, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions,
  },
  worker: { format: 'es', rolldownOptions },
  server: {
    proxy: {
      '/api': server,
      '/health': server,
      '/ws': { target: server, ws: true },
    },
  },
});
