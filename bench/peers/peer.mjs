// One conversion by one of the peers, in a process of its own, so that its memory is its own too:
//
//   node peer.mjs blocks|markdown|parse time|many|once INPUT OUTPUT
//
// `blocks` is Markdown → block JSON by @tryfabric/martian, `markdown` is block JSON → Markdown by
// notion-to-md, `parse` is `JSON.parse` and nothing else: what nobody who begins with it can beat. `time` prints the best of several rounds after the first, `many` does so for all
// documents of a folder, one after the other, as one thread has to; `once` converts once, writes
// what came out, and prints the most memory the process ever held. Both answer one line of JSON.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SECONDS_OF_ROUNDS = 2;
const LEAST_ROUNDS = 3;

/** Markdown → blocks as objects, with martian's own settings. */
async function blocks(text) {
  const { markdownToBlocks } = (await import('@tryfabric/martian')).default;
  return {
    convert: () => markdownToBlocks(text),
    written: (result) => JSON.stringify(result),
  };
}

/**
 * The text of an answer → the text of a document. notion-to-md asks a client for the children of a
 * block; this one has them at hand, all in one answer, so that no network is measured. Strings are put
 * into bytes at the end, as for a file: until then they are only a plan of what to put together.
 */
async function markdown(text) {
  const { NotionToMarkdown } = (await import('notion-to-md')).default;
  const convert = async () => {
    const children = new Map();
    const roots = taken(JSON.parse(text), children);
    const list = ({ block_id }) =>
      Promise.resolve({
        results: children.get(block_id) ?? [],
        has_more: false,
        next_cursor: null,
      });
    const peer = new NotionToMarkdown({ notionClient: { blocks: { children: { list } } } });
    const parts = peer.toMarkdownString(await peer.blocksToMarkdown(roots));
    return Buffer.from(parts.parent ?? '');
  };
  return { convert, written: (result) => result };
}

/** Reads the text of an answer and makes nothing of it. */
function parse(text) {
  return { convert: () => JSON.parse(text), written: (result) => JSON.stringify(result) };
}

/** The blocks of one level; their children go into `children`, by the id of their parent. */
function taken(list, children) {
  for (const block of list) {
    const below = block.children;
    delete block.children;
    if (below) children.set(block.id, taken(below, children));
  }
  return list;
}

async function best(convert) {
  await convert();
  let [seconds, rounds, began] = [Infinity, 0, performance.now()];
  while (rounds < LEAST_ROUNDS || performance.now() - began < SECONDS_OF_ROUNDS * 1000) {
    const start = performance.now();
    await convert();
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
    rounds += 1;
  }
  return { seconds, rounds };
}

/** The most memory this process ever held, in KiB, as the kernel counts it. */
function peak() {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
}

const [what, how, input, output] = process.argv.slice(2);
const directions = { blocks, markdown, parse };
const of = (path) => directions[what](readFileSync(path, 'utf8'));
if (how === 'many') {
  const names = readdirSync(input).filter((name) => name.endsWith('.md'));
  const all = await Promise.all(names.map((name) => of(join(input, name))));
  const convert = async () => {
    for (const one of all) await one.convert();
  };
  console.log(JSON.stringify(await best(convert)));
} else if (how === 'time') {
  console.log(JSON.stringify(await best((await of(input)).convert)));
} else {
  const { convert, written } = await of(input);
  const result = await convert();
  const peak_kib = peak();
  writeFileSync(output, written(result));
  console.log(JSON.stringify({ peak_kib }));
}
