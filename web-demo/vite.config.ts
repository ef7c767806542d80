import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

import { fontFiles } from './build/font-files.ts';
import { precache } from './build/precache.ts';

export default defineConfig({
  // Relative, so that the page works under any path the service gives it.
  base: './',
  plugins: [react(), fontFiles(), precache()],
  build: {
    target: 'es2022',
    // A data: URL would need its own exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The libraries in the bundle are passed on together with their licences.
    license: { fileName: 'third-party-licenses.md' },
    rollupOptions: {
      input: { index: 'index.html', 'service-worker': 'src/service-worker.ts' },
      output: {
        // The worker's address must not change from build to build.
        entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
});
