import { ensureSyntaxTree } from '@codemirror/language';
import type { EditorState, Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { e } from '../../../i18n/editor.more';
import { openMenu } from './menu';

export interface Heading {
  at: number;
  level: number;
  text: string;
}

/** How long the outline waits for a long text to be understood. */
const PATIENCE = 200;

/** The headings of the text, in its order. */
export function headings(state: EditorState): Heading[] {
  const tree = ensureSyntaxTree(state, state.doc.length, PATIENCE);
  const found: Heading[] = [];
  for (let node = tree?.topNode.firstChild; node; node = node.nextSibling) {
    const level = /^(?:ATX|Setext)Heading(\d)$/.exec(node.name)?.[1];
    if (level === undefined) continue;
    const text = state
      .sliceDoc(node.from, state.doc.lineAt(node.from).to)
      .replace(/^#+\s*|\s*#*\s*(?:\{[a-z-]+="[^{}]*\})?$/g, '')
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[*_`~]/g, '');
    found.push({ at: node.from, level: Number(level), text });
  }
  return found;
}

function show(view: EditorView): boolean {
  const found = headings(view.state);
  const items = found.map(({ at, level, text }) => ({
    label: `${'\u2003'.repeat(level - 1)}${text || e.outline.untitled}`,
    run: () => {
      const anchor = view.state.doc.lineAt(Math.min(at, view.state.doc.length)).to;
      view.dispatch({
        selection: { anchor },
        effects: EditorView.scrollIntoView(anchor, { y: 'start', yMargin: 40 }),
      });
      view.focus();
    },
  }));
  if (items.length === 0) items.push({ label: e.outline.none, run: () => undefined });
  openMenu(view.contentDOM, e.outline.label, items);
  return true;
}

/** The headings of the note, to go to one of them: Ctrl+Shift+O. */
export const outline: Extension = keymap.of([
  { key: 'Mod-Shift-o', run: show, preventDefault: true },
]);
