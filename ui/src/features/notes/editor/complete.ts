import {
  autocompletion,
  completionKeymap,
  pickedCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  type CompletionSection,
} from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import { Prec, type Extension } from '@codemirror/state';
import { keymap, type EditorView } from '@codemirror/view';
import { day } from '../../../i18n/day';
import { e } from '../../../i18n/editor.more';
import { pickFile } from './attach';
import { services } from './follow';
import { choose, dateTag, KINDS, type Kind } from './kinds';
import type { Offered, Services } from './services';

/** No list is longer than what is taken in at a glance. */
const MOST = 30;
const NOTES: CompletionSection = { name: e.complete.notes, rank: 2 };
const DATES: CompletionSection = { name: e.complete.dates, rank: 1 };

const fold = (text: string) => text.toLocaleLowerCase().normalize('NFD').replace(/\p{M}/gu, '');

/** Where a text has what is sought: at its start, at the start of a word, or within; or not. */
function rankOf(text: string, sought: string): number {
  const at = fold(text).indexOf(sought);
  if (at <= 0) return at;
  return /[\p{L}\p{N}]/u.test(fold(text).charAt(at - 1)) ? 2 : 1;
}

function best<T>(all: readonly T[], words: (one: T) => string, query: string): T[] {
  const sought = fold(query.trim());
  return all
    .map((one) => ({ one, rank: sought === '' ? 0 : rankOf(words(one), sought) }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST)
    .map(({ one }) => one);
}

/**
 * What is typed on changes the list at once. If it were made anew, Enter would break the line in the
 * moment before it comes.
 */
function again(
  source: (context: CompletionContext) => CompletionResult | null,
): NonNullable<CompletionResult['update']> {
  return (_current, _from, _to, context) => source(context);
}

function inCode({ state, pos }: CompletionContext): boolean {
  let node = syntaxTree(state).resolveInner(pos, -1);
  while (node.parent) {
    if (/Code|BlockMath|InlineMath|LongLine/.test(node.name)) return true;
    node = node.parent;
  }
  return false;
}

/** Puts a text in the place of what was typed. */
function put(view: EditorView, picked: Completion, from: number, to: number, insert: string): void {
  view.dispatch({
    changes: { from, to, insert },
    selection: { anchor: from + insert.length },
    annotations: pickedCompletion.of(picked),
    userEvent: 'input.complete',
  });
}

/** A note is linked by its title at once, and by its page as soon as that is known. */
function linkNote(host: Services, note: Offered): Exclude<Completion['apply'], undefined> {
  return (view, picked, from, to) => {
    const closing = /^\]{0,2}/.exec(view.state.sliceDoc(to, to + 2))?.[0].length ?? 0;
    const first = `[[${note.title}]]`;
    put(view, picked, from, to + closing, first);
    void host.linkTo(note).then(
      (link) => {
        const still = view.state.sliceDoc(from, from + first.length) === first;
        if (!still || link === first || !view.dom.isConnected) return;
        view.dispatch({
          changes: { from, to: from + first.length, insert: link },
          userEvent: 'input.complete',
        });
      },
      // The title stays, by which the note is found as well.
      () => undefined,
    );
  };
}

function noteOptions(host: Services, query: string, section?: CompletionSection): Completion[] {
  return best(host.notes(), (note) => note.title, query).map((note) => ({
    label: note.title,
    detail: note.type ?? '',
    apply: linkNote(host, note),
    ...(section ? { section } : {}),
  }));
}

function noteLinks(context: CompletionContext): CompletionResult | null {
  const host = context.state.facet(services);
  const typed = context.matchBefore(/\[\[[^[\]\n]{0,100}$/);
  if (!host || !typed || inCode(context)) return null;
  const options = noteOptions(host, typed.text.slice(2));
  return { from: typed.from, options, filter: false, update: again(noteLinks) };
}

function tags(context: CompletionContext): CompletionResult | null {
  const host = context.state.facet(services);
  const typed = context.matchBefore(/(?:^|[\s(])#[\p{L}\p{N}_/-]{0,60}$/u);
  if (!host || !typed || inCode(context)) return null;
  const from = typed.from + typed.text.indexOf('#');
  const query = context.state.sliceDoc(from + 1, context.pos);
  // At the start of a line a heading may be on its way.
  const first = context.state.doc.lineAt(from).from === from;
  if (query === '' && first) return null;
  const options = best(host.tags(), (tag) => tag, query).map((tag): Completion => ({
    label: `#${tag}`,
    apply: (view, picked, at, to) => {
      put(view, picked, at, to, `#${tag} `);
    },
  }));
  return { from, options, filter: false, update: again(tags) };
}

const DAYS: [label: string, days: number][] = [
  [e.complete.today, 0],
  [e.complete.tomorrow, 1],
  [e.complete.yesterday, -1],
  [e.complete.nextWeek, 7],
];

function dates(query: string): Completion[] {
  const known = DAYS.map(([label, days]) => ({ label, tag: dateTag(days) }));
  const iso = query.trim();
  if (day(iso) !== iso) known.unshift({ label: day(iso), tag: `<mention-date start="${iso}"/>` });
  const named = best(known, ({ label }) => label, day(iso) === iso ? query : '');
  return named.map(({ label, tag }) => ({
    label,
    detail: day(/"(.*)"/.exec(tag)?.[1] ?? ''),
    section: DATES,
    apply: (view, picked, at, to) => {
      put(view, picked, at, to, `${tag} `);
    },
  }));
}

function mentions(context: CompletionContext): CompletionResult | null {
  const host = context.state.facet(services);
  const typed = context.matchBefore(/(?:^|[\s(])@[^@\n]{0,60}$/u);
  if (!host || !typed || inCode(context)) return null;
  const from = typed.from + typed.text.indexOf('@');
  const query = context.state.sliceDoc(from + 1, context.pos);
  if (/^\s|\s\s/.test(query)) return null;
  const options = [...dates(query), ...noteOptions(host, query, NOTES)];
  return { from, options, filter: false, update: again(mentions) };
}

function blocks(context: CompletionContext): CompletionResult | null {
  const typed = context.matchBefore(/(?:^|\s)\/[\p{L}\p{N} ]{0,30}$/u);
  if (!typed || inCode(context)) return null;
  const from = typed.from + typed.text.indexOf('/');
  const query = context.state.sliceDoc(from + 1, context.pos);
  if (query.startsWith(' ')) return null;
  const kinds: Kind[] = context.state.facet(services)?.attach ? [...KINDS, 'file'] : KINDS;
  const options = best(kinds, (kind) => `${e.blocks[kind]} ${e.blocks.words[kind]}`, query).map(
    (kind): Completion => ({
      label: e.blocks[kind],
      type: kind,
      apply: (view, _, at, to) => {
        if (kind === 'file') pickFile(view, at, to);
        else choose(view, kind, at, to);
      },
    }),
  );
  return options.length === 0 ? null : { from, options, filter: false, update: again(blocks) };
}

/** What is offered while one writes: notes, tags, dates and blocks. */
export const completion: Extension = [
  autocompletion({
    override: [noteLinks, tags, mentions, blocks],
    icons: false,
    defaultKeymap: false,
    aboveCursor: false,
    // A list is there only because its sign was typed: what is chosen at once is meant.
    interactionDelay: 0,
    tooltipClass: () => 'md-offers',
  }),
  Prec.highest(keymap.of(completionKeymap)),
];
