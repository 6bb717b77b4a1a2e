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

// `vite build` makes what the app embeds; `vite build --mode gallery` the page of components and
// states, which is never shipped.
export default defineConfig(({ mode }) => {
  const gallery = mode === 'gallery';
  return {
    base: './',
    plugins: [svelte(), typefaceLicence()],
    server: { port: 1430, strictPort: true },
    build: {
      outDir: gallery ? 'dist-gallery' : 'dist',
      emptyOutDir: true,
      target: ['safari16', 'es2023'],
      // The content security policy allows no `data:` for fonts and styles.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: gallery ? 'gallery.html' : 'index.html' },
    },
  };
});
