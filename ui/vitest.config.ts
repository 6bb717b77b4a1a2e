import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

// A real browser draws and focuses for real; it is the system's own, so that nothing is fetched.
export default defineConfig({
  plugins: [svelte()],
  resolve: { conditions: ['browser'] },
  // Fetched late, they would else be bundled anew in the middle of a test.
  optimizeDeps: {
    include: [
      '@codemirror/autocomplete',
      '@codemirror/language-data',
      '@codemirror/search',
      'katex',
    ],
  },
  test: {
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
    // Tests wait for conditions, never for time: these only end one that hangs, on the slowest
    // machine too, where a busy browser now and then stands still for seconds.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 40_000 } },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      viewport: { width: 1180, height: 780 },
      provider: playwright({
        launchOptions: {
          executablePath: process.env.OCTAVO_CHROMIUM ?? '/usr/bin/chromium',
          args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
});
