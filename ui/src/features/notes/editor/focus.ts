import { StateEffect, StateField, type EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

const focused = StateEffect.define<boolean>();

const field = StateField.define<boolean>({
  create: () => false,
  update(now, transaction) {
    for (const effect of transaction.effects) if (effect.is(focused)) return effect.value;
    return now;
  },
});

/** Knows whether the caret is in the text: marks are shown only then. */
export const focus: Extension = [
  field,
  EditorView.focusChangeEffect.of((_, focusing) => focused.of(focusing)),
];

/** Whether the selection touches this stretch, so that its marks are to be shown. */
export function touched(state: EditorState, from: number, to: number): boolean {
  return (
    state.field(field, false) !== false &&
    state.selection.ranges.some((range) => range.from <= to && range.to >= from)
  );
}
