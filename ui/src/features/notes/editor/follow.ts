import { syntaxTree } from '@codemirror/language';
import { Facet, type EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import type { SyntaxNode } from '@lezer/common';
import { touched } from './focus';
import type { Services } from './services';

/** The window around the editor, for whatever inside of it asks something of it. */
export const services = Facet.define<Services, Services | null>({
  combine: (given) => given[0] ?? null,
});

interface Target {
  node: SyntaxNode;
  address: string;
  words: string;
}

/** The link at a place of the text. */
export function linkAt(state: EditorState, at: number, side: -1 | 1): Target | null {
  const text = (from: number, to: number) => state.sliceDoc(from, to);
  let node: SyntaxNode | null = syntaxTree(state).resolveInner(at, side);
  for (; node; node = node.parent) {
    if (node.name === 'WikiLink') {
      return { node, address: '', words: text(node.from + 2, node.to - 2) };
    }
    if (node.name === 'Link' || node.name === 'Image' || node.name === 'Autolink') {
      const url = node.getChild('URL');
      const [first, second] = node.getChildren('LinkMark');
      if (!url) return null;
      const words = first && second ? text(first.to, second.from) : '';
      return { node, address: text(url.from, url.to), words: words.replace(/\\(.)/g, '$1') };
    }
    if (node.name === 'URL' && !/^(?:Link|Image|Autolink)$/.test(node.parent?.name ?? '')) {
      return { node, address: bare(text(node.from, node.to)), words: '' };
    }
  }
  return null;
}

/** An address as people write it, with the scheme that they leave out. */
function bare(text: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return text;
  return text.includes('@') && !text.includes('/') ? `mailto:${text}` : `https://${text}`;
}

function follow(view: EditorView, target: Target): void {
  view.state.facet(services)?.follow(target.address, target.words);
}

/** A link whose marks are hidden is there to be followed; one with its marks is being written. */
function onMouseDown(event: MouseEvent, view: EditorView): boolean {
  const on = event.target instanceof Element && event.target.closest('.md-link, .md-mention');
  if (!on || event.button !== 0 || event.shiftKey || event.altKey) return false;
  const modified = event.ctrlKey || event.metaKey;
  const target = linkAt(view.state, view.posAtDOM(on), 1);
  if (!target) return false;
  const { from, to } = target.node;
  if (!modified && (event.detail > 1 || touched(view.state, from, to))) return false;
  event.preventDefault();
  on.addEventListener(
    'click',
    () => {
      follow(view, target);
    },
    { once: true },
  );
  return true;
}

/** Links are followed by a click where they look like links, and by a key where the caret is. */
export const following: Extension = [
  EditorView.domEventHandlers({ mousedown: onMouseDown }),
  keymap.of([
    {
      key: 'Alt-Enter',
      run: (view) => {
        const { head } = view.state.selection.main;
        const target = linkAt(view.state, head, -1) ?? linkAt(view.state, head, 1);
        if (target) follow(view, target);
        return target !== null;
      },
    },
  ]),
];
