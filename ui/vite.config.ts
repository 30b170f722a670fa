import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { fileURLToPath } from 'node:url';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';
import { licencesOfEverything } from './scripts/licences.js';
import { messagesOfEachScreen } from './scripts/messages-of-each-screen.js';
import { startSize } from './scripts/start-size.js';

/** What the shell's window enforces too; the sample build is checked under the same rule. */
const contentSecurityPolicy = "default-src 'self'; img-src 'self' data:; object-src 'none'; frame-src 'none'";

export default defineConfig(({ mode }) => ({
  plugins: [
    // The tests read what `npm run words` has compiled.
    !process.env.VITEST &&
      paraglideVitePlugin({
        project: './project.inlang',
        outdir: './src/messages',
        strategy: ['globalVariable', 'baseLocale'],
      }),
    tailwindcss(),
    svelte(),
    messagesOfEachScreen(),
    licencesOfEverything(),
    startSize(),
    svelteTesting(),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  clearScreen: false,
  server: { port: 1420, strictPort: true, fs: { allow: ['..'] } },
  preview: { headers: { 'Content-Security-Policy': contentSecurityPolicy } },
  define: { __SAMPLE__: JSON.stringify(mode !== 'production') },
  build: {
    target: ['es2022', 'safari16.4', 'chrome111'],
    outDir: 'dist',
    // A data: URL would need a wider policy than 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['./src/test/setup.ts'],
    clearMocks: true,
    // Hundreds of small modules become a few, once for all test files.
    deps: {
      optimizer: {
        client: {
          enabled: true,
          include: [
            'bits-ui',
            '@testing-library/user-event',
            'svelte',
            'svelte/attachments',
            'svelte/events',
            'svelte/internal',
            'svelte/internal/client',
            'svelte/internal/disclose-version',
            'svelte/internal/flags/legacy',
            'svelte/legacy',
            'svelte/reactivity',
            'svelte/store',
          ],
        },
      },
    },
    maxWorkers: '100%',
    testTimeout: 30_000,
    // A test that fails only on a busy machine is repeated once.
    retry: 1,
  },
}));
