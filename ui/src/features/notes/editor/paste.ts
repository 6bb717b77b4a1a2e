import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { sentence } from '../../../i18n';
import { e } from '../../../i18n/editor.more';
import { asWireError } from '../../../lib/host/host';
import { attachFiles } from './attach';
import { services } from './follow';

/** Programs that put styled code on the clipboard say so; its text is what is meant. */
const IS_CODE = /<meta[^>]+(?:vscode|jetbrains)|data-vscode|class="?(?:vscode|hljs)/i;
/** Elements that say more than their text does. */
const STRUCTURE =
  /<(?:h[1-6]|ul|ol|li|table|blockquote|pre|a\s|img\s|strong|b[\s>]|em[\s>]|i[\s>]|code|hr|details|aside|input)/i;
const ADDRESS = /^(?:https?:\/\/|mailto:)\S+$/;
/** Beyond this only the text of what was copied is read. */
const LONGEST = 8_000_000;

/** The next paste takes the text as it is: Ctrl+Shift+V was pressed. */
let plain = false;

function putText(view: EditorView, text: string): void {
  const normal = text.replace(/\r\n?/g, '\n');
  const { main } = view.state.selection;
  const words = view.state.sliceDoc(main.from, main.to);
  const links = ADDRESS.test(normal.trim()) && words !== '' && !words.includes('\n');
  const spec = view.state.replaceSelection(links ? `[${words}](${normal.trim()})` : normal);
  view.dispatch(spec, { userEvent: 'input.paste', scrollIntoView: true });
}

/** Puts blocks where the caret is: apart from its line when they are more than words. */
function putBlocks(view: EditorView, body: string): void {
  const text = body.trim();
  const { main } = view.state.selection;
  const line = view.state.doc.lineAt(main.from);
  const many = text.includes('\n') || /^(?:#{1,6} |[-*+] |\d+\. |> |\||```|<)/.test(text);
  const before = many && view.state.sliceDoc(line.from, main.from).trim() !== '' ? '\n\n' : '';
  const after = many && view.state.sliceDoc(main.to, view.state.doc.lineAt(main.to).to).trim();
  const insert = before + text + (after ? '\n\n' : '');
  view.dispatch({
    changes: { from: main.from, to: main.to, insert },
    selection: { anchor: main.from + before.length + text.length },
    userEvent: 'input.paste',
    scrollIntoView: true,
  });
}

async function putHtml(view: EditorView, html: string, text: string): Promise<void> {
  const host = view.state.facet(services);
  const before = view.state;
  try {
    const body = (await host?.fromHtml(html)) ?? '';
    // Typed on meanwhile: what was copied comes where the caret is now.
    if (view.dom.isConnected) putBlocks(view, body === '' ? text : body);
  } catch (thrown) {
    if (view.state.doc.eq(before.doc)) putText(view, text);
    host?.tell(e.paste.htmlFailed(sentence(asWireError(thrown))));
  }
}

function onPaste(event: ClipboardEvent, view: EditorView): boolean {
  const copied = event.clipboardData;
  const asText = plain;
  plain = false;
  // The cells of a table take text only, by themselves.
  if (!copied || view.state.readOnly || event.target !== within(view, event.target)) return false;
  const text = copied.getData('text/plain');
  const files = [...copied.files];
  if (files.length > 0 && text === '' && view.state.facet(services)?.attach) {
    event.preventDefault();
    void attachFiles(view, files, view.state.selection.main.from);
    return true;
  }
  const html = copied.getData('text/html');
  const structured = html !== '' && html.length < LONGEST && STRUCTURE.test(html);
  if (text === '' && !structured) return false;
  event.preventDefault();
  if (asText || !structured || IS_CODE.test(html)) putText(view, text);
  else void putHtml(view, html, text);
  return true;
}

/** The target itself, unless it is in a cell. */
function within(view: EditorView, target: EventTarget | null): EventTarget | null {
  return target instanceof Element && target.closest('.md-cell') ? view.dom : target;
}

function onDrop(event: DragEvent, view: EditorView): boolean {
  const files = [...(event.dataTransfer?.files ?? [])];
  if (files.length === 0) return false;
  // Without a place for files the window must not go to what was dropped on it.
  event.preventDefault();
  if (!view.state.facet(services)?.attach) return true;
  const at = view.posAtCoords({ x: event.clientX, y: event.clientY });
  void attachFiles(view, files, at ?? view.state.selection.main.head);
  return true;
}

/** Pasting keeps structure, and with Shift takes the text alone. */
export const pasting: Extension = EditorView.domEventHandlers({
  keydown: (event) => {
    plain = event.shiftKey && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'v';
    return false;
  },
  paste: onPaste,
  drop: onDrop,
});
