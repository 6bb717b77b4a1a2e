import { foldedRanges, foldEffect, unfoldEffect } from '@codemirror/language';
import type { EditorState } from '@codemirror/state';
import { Decoration, type EditorView, WidgetType } from '@codemirror/view';
import type { SyntaxNodeRef } from '@lezer/common';
import { e } from '../../../i18n/editor';
import { blocksField, type Container, type Span } from './blocks';
import { colorClass, TAG, type Builder } from './builder';
import { sign } from './widgets';

const SUMMARY = /^(<summary>)(.*?)(<\/summary>)?\s*$/;

/** Where what a toggle holds is folded away: from the end of its first line to its last. */
export function foldOf(state: EditorState, at: number): Span | null {
  const line = state.doc.lineAt(at);
  for (const found of state.field(blocksField).containers) {
    if (found.kind === 'details') {
      const summary = summaryLine(state, found);
      if (summary.from === line.from || found.from === line.from) {
        return summary.to < found.to ? { from: summary.to, to: found.to } : null;
      }
    } else if (found.kind === 'indent' && headingBefore(state, found) === line.from) {
      return { from: line.to, to: found.to };
    }
  }
  return null;
}

function summaryLine(state: EditorState, { openTo, closeFrom }: Container): Span {
  const next = openTo < closeFrom ? state.doc.lineAt(openTo + 1) : null;
  return next && next.to < closeFrom && next.text.startsWith('<summary>')
    ? next
    : state.doc.lineAt(openTo);
}

/** The line of the toggle heading that what is indented belongs to. */
function headingBefore(state: EditorState, { from }: Container): number | null {
  for (let at = from - 1; at >= 0;) {
    const line = state.doc.lineAt(at);
    if (line.text.trim() !== '') {
      return /^#{1,6} .*\{[^{}]*toggle="true"/.test(line.text) ? line.from : null;
    }
    at = line.from - 1;
  }
  return null;
}

function isFolded(state: EditorState, { from, to }: Span): boolean {
  let folded = false;
  foldedRanges(state).between(from, to, (start, end) => {
    if (start !== from || end !== to) return undefined;
    folded = true;
    return false;
  });
  return folded;
}

/** Folds or unfolds the toggle of the line at a place. */
export function toggleFold(view: EditorView, at: number): boolean {
  const span = foldOf(view.state, at);
  if (!span) return false;
  const folded = isFolded(view.state, span);
  const { head } = view.state.selection.main;
  view.dispatch({
    effects: (folded ? unfoldEffect : foldEffect).of(span),
    // The caret would be where nobody sees it.
    ...(!folded && head > span.from && head <= span.to ? { selection: { anchor: span.from } } : {}),
  });
  return true;
}

class Triangle extends WidgetType {
  readonly #folded: boolean;
  constructor(folded: boolean) {
    super();
    this.#folded = folded;
  }
  override eq(other: Triangle): boolean {
    return other.#folded === this.#folded;
  }
  override toDOM(view: EditorView): HTMLElement {
    const button = document.createElement('button');
    button.className = 'md-triangle';
    button.type = 'button';
    button.tabIndex = -1;
    button.setAttribute('aria-expanded', String(!this.#folded));
    button.setAttribute('aria-label', this.#folded ? e.unfold : e.fold);
    button.addEventListener('mousedown', (event) => {
      event.preventDefault();
    });
    button.addEventListener('click', () => toggleFold(view, view.posAtDOM(button)));
    return button;
  }
  override ignoreEvent(): boolean {
    return true;
  }
}

const OPEN = Decoration.replace({ widget: new Triangle(false) });
const SHUT = Decoration.replace({ widget: new Triangle(true) });
const triangle = (folded: boolean) => (folded ? SHUT : OPEN);

/** A toggle heading carries its triangle before its words. */
export function foldableHeading(build: Builder, node: SyntaxNodeRef): void {
  const span = foldOf(build.state, node.from);
  if (!span) return;
  const widget = new Triangle(isFolded(build.state, span));
  build.ranges.push(Decoration.widget({ widget, side: -1 }).range(node.from));
}

function details(build: Builder, found: Container): void {
  const { state } = build;
  const summary = summaryLine(state, found);
  const parts = SUMMARY.exec(build.text(summary.from, summary.to));
  const span = foldOf(state, found.from);
  if (!parts || !span || summary.from === found.from) return;
  const [, open = '', words = '', close = ''] = parts;
  build.classed(summary.from, 'md-summary');
  const shown =
    build.touched(found.from, found.openTo) ||
    build.touched(summary.from, summary.from + open.length - 1);
  const wordsFrom = summary.from + open.length;
  if (shown) build.add(TAG, summary.from, wordsFrom);
  else build.replace(triangle(isFolded(state, span)), summary.from, wordsFrom);
  build.replace(sign('md-end'), wordsFrom + words.length, wordsFrom + words.length + close.length);
}

/** The lines of a container: its tags are small, what is inside shows that it is inside. */
export function container(build: Builder, found: Container, from: number, to: number): void {
  const name = found.kind === 'callout' ? 'md-callout' : 'md-inside';
  const color = colorClass(found.attributes.color);
  build.eachLine(Math.max(found.from, from), Math.min(found.to, to), (start, end) => {
    const tag = start === found.from || start === found.closeFrom;
    build.classed(start, found.kind === 'callout' || !tag ? name : '');
    build.classed(start, color);
    const edge = start === end && (start === found.openTo + 1 || end === found.closeFrom - 1);
    if (tag || (edge && !build.touched(start, end))) build.classed(start, 'md-tag-line');
    if (found.kind === 'callout') {
      if (start === found.from) build.classed(start, 'md-callout-first');
      if (start === found.closeFrom) build.classed(start, 'md-callout-last');
    }
    if (!tag) return;
    if (build.touched(start, end)) build.add(TAG, start, end);
    else if (found.kind === 'callout' && start === found.from) {
      build.replace(sign('md-callout-icon', found.attributes.icon ?? '💡'), start, end);
    } else build.replace(sign('md-end'), start, end);
  });
  if (found.kind === 'details') details(build, found);
}
