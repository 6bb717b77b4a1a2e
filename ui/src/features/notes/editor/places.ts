import { StateEffect, type EditorState, type Extension } from '@codemirror/state';

interface Place {
  state: EditorState;
  scroll: number;
}

/** Notes whose caret, scroll and undo are remembered until the window closes. */
const MOST = 30;
/** By what is shown in the window, then by note. */
const all = new WeakMap<object, Map<string, Place>>();

function placesOf(session: object): Map<string, Place> {
  const known = all.get(session) ?? new Map<string, Place>();
  all.set(session, known);
  return known;
}

/** Remembers where a note was left. */
export function leave(session: object, note: string, state: EditorState, scroll: number): void {
  const places = placesOf(session);
  places.delete(note);
  places.set(note, { state, scroll });
  const [oldest] = places.keys();
  if (places.size > MOST && oldest !== undefined) places.delete(oldest);
}

/** Where a note was left, with what can be undone there, made ready to go on. */
export function comeBack(session: object, note: string, extensions: Extension): Place | null {
  const place = placesOf(session).get(note);
  if (!place) return null;
  const effects = StateEffect.reconfigure.of(extensions);
  return { ...place, state: place.state.update({ effects }).state };
}

/** The element that scrolls around the editor. */
export function scrolling(inside: HTMLElement): HTMLElement | null {
  for (let up = inside.parentElement; up; up = up.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(up).overflowY)) return up;
  }
  return null;
}
