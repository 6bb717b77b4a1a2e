import { StateEffect, StateField, type Extension, type Range } from '@codemirror/state';
import { Decoration, EditorView, WidgetType } from '@codemirror/view';
import { sentence } from '../../../i18n';
import { e } from '../../../i18n/editor.more';
import { asWireError } from '../../../lib/host/host';
import { services } from './follow';

interface Waiting {
  id: object;
  at: number;
  name: string;
}

const begun = StateEffect.define<Waiting>({
  map: (waiting, changes) => ({ ...waiting, at: changes.mapPos(waiting.at, 1) }),
});
const ended = StateEffect.define<object>();

class Attaching extends WidgetType {
  readonly #name: string;
  constructor(name: string) {
    super();
    this.#name = name;
  }
  override eq(other: Attaching): boolean {
    return other.#name === this.#name;
  }
  override toDOM(): HTMLElement {
    const place = document.createElement('span');
    place.className = 'md-attaching';
    place.setAttribute('role', 'status');
    place.textContent = e.paste.attaching(this.#name);
    return place;
  }
}

/** Files that are on their way into the note, and where they will stand. */
const waiting = StateField.define<Waiting[]>({
  create: () => [],
  update(list, transaction) {
    let now = transaction.docChanged
      ? list.map((one) => ({ ...one, at: transaction.changes.mapPos(one.at, 1) }))
      : list;
    for (const effect of transaction.effects) {
      if (effect.is(begun)) now = [...now, effect.value];
      else if (effect.is(ended)) now = now.filter((one) => one.id !== effect.value);
    }
    return now;
  },
  provide: (self) =>
    EditorView.decorations.from(self, (list) =>
      Decoration.set(
        list.map(({ at, name }): Range<Decoration> =>
          Decoration.widget({ widget: new Attaching(name), side: 1 }).range(at),
        ),
        true,
      ),
    ),
});

/** Keeps files with the note and puts what shows them where they were dropped. */
export async function attachFiles(
  view: EditorView,
  files: readonly File[],
  at: number,
): Promise<void> {
  const host = view.state.facet(services);
  for (const file of host?.attach ? files : []) {
    const id = {};
    view.dispatch({ effects: begun.of({ id, at, name: file.name }) });
    try {
      const text = (await host?.attach?.(file)) ?? '';
      at = place(view, id, text);
    } catch (thrown) {
      host?.tell(e.paste.failed(file.name, sentence(asWireError(thrown))));
    } finally {
      if (view.dom.isConnected) view.dispatch({ effects: ended.of(id) });
    }
  }
}

function place(view: EditorView, id: object, text: string): number {
  const at = view.state.field(waiting).find((one) => one.id === id)?.at ?? view.state.doc.length;
  const line = view.state.doc.lineAt(at);
  const insert = `${line.from === at ? '' : '\n\n'}${text}${line.to === at ? '' : '\n\n'}`;
  view.dispatch({ changes: { from: at, insert }, userEvent: 'input.paste' });
  return at + insert.length;
}

/** Asks for files by the system's own dialog; what was typed to get there is taken away. */
export function pickFile(view: EditorView, from: number, to: number): void {
  view.dispatch({ changes: { from, to }, userEvent: 'input' });
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.addEventListener('change', () => {
    void attachFiles(view, [...(input.files ?? [])], from);
  });
  input.click();
}

export const attaching: Extension = waiting;
