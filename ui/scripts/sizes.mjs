// Holds the scripts to their budgets: what must be read before the first paint of each
// window, and the editor.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const KIB = 1024;
const dist = new URL('../dist/', import.meta.url);
const assets = new URL('assets/', dist);

/** A script and all that it imports at once, by name. */
function withImports(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const text = readFileSync(new URL(name, assets), 'utf8');
  for (const [, other] of text.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) {
    withImports(other, seen);
  }
  return seen;
}

const weigh = (names) =>
  [...names].reduce(
    (sum, name) => sum + gzipSync(readFileSync(new URL(name, assets)), { level: 9 }).length,
    0,
  );

/** All scripts that a page reads before its first paint. */
function scriptsOf(file) {
  const page = readFileSync(new URL(file, dist), 'utf8');
  const entries = [...page.matchAll(/assets\/([\w.-]+\.js)/g)].map(([, name]) => name);
  return new Set(entries.flatMap((name) => [...withImports(name)]));
}

const main = scriptsOf('index.html');
const editors = readdirSync(assets).filter((name) => /^editor-.*\.js$/.test(name));
const editor = new Set(
  editors.flatMap((name) => [...withImports(name)]).filter((name) => !main.has(name)),
);

let over = false;
for (const [what, names, limit] of [
  ['main without editor', main, 40],
  ['editor', editor, 120],
  ['capture', scriptsOf('capture.html'), 20],
]) {
  const size = weigh(names) / KIB;
  const fits = names.size > 0 && size <= limit;
  over ||= !fits;
  console.log(
    `${fits ? 'ok  ' : 'OVER'} ${what}: ${size.toFixed(1)} KiB of ${limit} KiB compressed (${[...names].join(', ')})`,
  );
}
process.exit(over ? 1 : 0);
