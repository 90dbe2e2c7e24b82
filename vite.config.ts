import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { guidePages } from './scripts/guide-pages.mjs';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// The pages are served under `default-src 'self'`: everything that the browser loads is a file of its own, nothing inline.
export default defineConfig({
  root: 'src/web',
  esbuild: { jsx: 'automatic' },
  plugins: [guidePages(at('docs/'))],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The browsers that know light-dark(), which the tokens rest on.
    rollupOptions: {
      input: [at('src/web/index.html'), at('src/web/guide.html')],
      // Radix marks its modules for React's server components, which mean nothing in a bundle.
      onwarn: (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning),
    },
    target: ['chrome123', 'edge123', 'firefox128', 'safari17.5'],
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:8080' } },
});
