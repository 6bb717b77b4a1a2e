import { readFileSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/** The bundled typeface may be passed on only together with its licence. */
function typefaceLicence(): Plugin {
  return {
    name: 'typeface-licence',
    generateBundle() {
      this.emitFile({
        type: 'asset',
        fileName: 'assets/Inter-LICENSE.txt',
        source: readFileSync(
          new URL('node_modules/@fontsource-variable/inter/LICENSE', import.meta.url),
        ),
      });
    },
  };
}

// `npm run build` makes what the app embeds, each window by itself: a window then reads only the
// part of the framework that it uses. `npm run gallery` makes the page of components and states,
// which is never shipped.
const MAIN = { page: 'index.html', outDir: 'dist', first: true };
const PAGES: Record<string, typeof MAIN> = {
  capture: { page: 'capture.html', outDir: 'dist', first: false },
  gallery: { page: 'gallery.html', outDir: 'dist-gallery', first: true },
};

export default defineConfig(({ mode }) => {
  const { page, outDir, first } = PAGES[mode] ?? MAIN;
  return {
    base: './',
    plugins: [svelte(), typefaceLicence()],
    server: { port: 1430, strictPort: true },
    build: {
      outDir,
      emptyOutDir: first,
      target: ['safari16', 'es2023'],
      // The content security policy allows no `data:` for fonts and styles.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: page },
    },
  };
});
