import { isolateHistory, redo, undo } from '@codemirror/commands';
import type { ChangeSpec } from '@codemirror/state';
import { type EditorView, WidgetType } from '@codemirror/view';
import { e } from '../../../i18n/editor.more';
import { openMenu } from './menu';
import { rendered } from './rendered';
import * as change from './table';
import type { TableText } from './table';

/** The table that an element on screen shows, as it is now. */
function tableOf(view: EditorView, dom: HTMLElement): TableText | null {
  const from = view.posAtDOM(dom);
  const width = Number(dom.dataset.length ?? 0);
  return change.readTable(view.state, { from, to: Math.min(from + width, view.state.doc.length) });
}

interface Place {
  row: number;
  column: number;
}

function placeOf(cell: HTMLElement): Place {
  return { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
}

const fieldsOf = (dom: HTMLElement) => [...dom.querySelectorAll<HTMLElement>('.md-cell')];

/** Puts the caret into a cell. */
export function focusCell(dom: HTMLElement, { row, column }: Place): boolean {
  const selector = `.md-cell[data-row="${row}"][data-column="${column}"]`;
  const cell = dom.querySelector<HTMLElement>(selector);
  if (!cell) return false;
  cell.focus();
  const selection = getSelection();
  selection?.selectAllChildren(cell);
  selection?.collapseToEnd();
  return true;
}

/** A table of cells over the lines of text that it is. */
class TableView extends WidgetType {
  readonly #table: TableText;
  readonly #source: string;

  constructor(table: TableText, source: string) {
    super();
    this.#table = table;
    this.#source = source;
  }

  override eq(other: TableView): boolean {
    return other.#source === this.#source;
  }

  override get estimatedHeight(): number {
    return (this.#table.rows.length + 1) * 38 + 16;
  }

  override toDOM(view: EditorView): HTMLElement {
    const dom = document.createElement('div');
    dom.className = 'md-grid';
    dom.contentEditable = 'false';
    dom.append(document.createElement('table'), menuButton(view, dom));
    dom.addEventListener('keydown', (event) => {
      onKey(view, dom, event);
    });
    dom.addEventListener('contextmenu', (event) => {
      const cell = (event.target as HTMLElement).closest<HTMLElement>('.md-cell');
      if (!cell) return;
      event.preventDefault();
      showMenu(view, dom, cell, cell);
    });
    this.#fill(view, dom);
    return dom;
  }

  override updateDOM(dom: HTMLElement, view: EditorView): boolean {
    this.#fill(view, dom);
    return true;
  }

  #fill(view: EditorView, dom: HTMLElement): void {
    const table = this.#table;
    dom.dataset.length = String(table.to - table.from);
    const grid = dom.querySelector('table');
    if (!grid) return;
    grid.setAttribute('aria-label', e.table.label);
    const shape = `${change.rowCount(table)}×${table.columns}`;
    if (dom.dataset.shape !== shape) {
      dom.dataset.shape = shape;
      grid.replaceChildren(...rowsOf(view, dom, table));
    }
    for (const cell of fieldsOf(dom)) {
      const { row, column } = placeOf(cell);
      const raw = change.cellAt(table, row, column)?.text ?? '';
      cell.parentElement?.setAttribute('data-align', table.alignments[column] ?? '');
      show(cell, raw);
    }
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

/** A cell shows its marks while the caret is in it. */
function show(cell: HTMLElement, raw: string): void {
  if (cell.dataset.raw === raw && cell.hasChildNodes()) return;
  cell.dataset.raw = raw;
  if (document.activeElement !== cell) cell.replaceChildren(rendered(raw));
  else if (change.escaped(cell.innerText) !== raw) cell.textContent = change.unescaped(raw);
}

function rowsOf(view: EditorView, dom: HTMLElement, table: TableText): HTMLElement[] {
  const head = document.createElement('thead');
  const body = document.createElement('tbody');
  for (let row = 0; row < change.rowCount(table); row++) {
    const line = document.createElement('tr');
    for (let column = 0; column < table.columns; column++) {
      const box = document.createElement(row === 0 ? 'th' : 'td');
      if (row === 0) box.scope = 'col';
      box.append(fieldOf(view, dom, { row, column }));
      line.append(box);
    }
    (row === 0 ? head : body).append(line);
  }
  return [head, body];
}

function fieldOf(view: EditorView, dom: HTMLElement, { row, column }: Place): HTMLElement {
  const cell = document.createElement('div');
  cell.className = 'md-cell';
  cell.contentEditable = 'plaintext-only';
  cell.dir = 'auto';
  cell.dataset.row = String(row);
  cell.dataset.column = String(column);
  cell.setAttribute('role', 'textbox');
  cell.setAttribute('aria-multiline', 'true');
  const name = row === 0 ? e.table.heading(column + 1) : e.table.cell(row, column + 1);
  cell.setAttribute('aria-label', name);
  const write = () => {
    const table = tableOf(view, dom);
    if (!table) return;
    cell.dataset.raw = change.escaped(cell.innerText);
    apply(view, change.setCell(table, row, column, cell.innerText), 'input.type');
  };
  cell.addEventListener('focus', () => {
    cell.textContent = change.unescaped(cell.dataset.raw ?? '');
  });
  cell.addEventListener('blur', () => {
    cell.replaceChildren(rendered(cell.dataset.raw ?? ''));
  });
  cell.addEventListener('input', (event) => {
    if (!(event instanceof InputEvent && event.isComposing)) write();
  });
  cell.addEventListener('compositionend', write);
  return cell;
}

function apply(view: EditorView, changes: ChangeSpec[], userEvent = 'input'): void {
  if (changes.length === 0) return;
  // Letters are undone by the word, everything else by itself.
  const annotations = userEvent === 'input.type' ? [] : [isolateHistory.of('full')];
  view.dispatch({ changes, userEvent, annotations });
}

/** The caret leaves the table for the line before or behind it. */
function leave(view: EditorView, dom: HTMLElement, behind: boolean): void {
  const table = tableOf(view, dom);
  if (!table) return;
  const { doc } = view.state;
  let anchor = behind ? table.to + 1 : table.from - 1;
  if (behind && anchor > doc.length) {
    apply(view, [{ from: doc.length, insert: '\n' }]);
    anchor = view.state.doc.length;
  }
  view.focus();
  view.dispatch({ selection: { anchor: Math.max(0, anchor) }, scrollIntoView: true });
}

/** Tab goes on to the next cell, and past the last one makes a row. */
function step(view: EditorView, dom: HTMLElement, cell: HTMLElement, back: boolean): void {
  const cells = fieldsOf(dom);
  const next = cells[cells.indexOf(cell) + (back ? -1 : 1)];
  if (next) focusCell(dom, placeOf(next));
  else if (back) leave(view, dom, false);
  else {
    const table = tableOf(view, dom);
    if (!table) return;
    const { row } = placeOf(cell);
    apply(view, change.addRow(table, row));
    focusCell(dom, { row: row + 1, column: 0 });
  }
}

function vertical(view: EditorView, dom: HTMLElement, cell: HTMLElement, by: -1 | 1): boolean {
  const selection = getSelection();
  const text = cell.innerText.trimEnd();
  // Within a cell of several lines the arrows move between these.
  if (text.includes('\n') && selection?.isCollapsed === true) {
    const offset = offsetIn(cell, selection);
    if (by > 0 ? text.includes('\n', offset) : text.lastIndexOf('\n', offset - 1) >= 0) {
      return false;
    }
  }
  const { row, column } = placeOf(cell);
  if (!focusCell(dom, { row: row + by, column })) leave(view, dom, by > 0);
  return true;
}

function offsetIn(cell: HTMLElement, selection: Selection): number {
  const range = document.createRange();
  range.selectNodeContents(cell);
  if (selection.focusNode) range.setEnd(selection.focusNode, selection.focusOffset);
  return range.toString().length;
}

function onKey(view: EditorView, dom: HTMLElement, event: KeyboardEvent): void {
  const cell = (event.target as HTMLElement).closest<HTMLElement>('.md-cell');
  if (!cell || event.isComposing) return;
  const modified = event.ctrlKey || event.metaKey;
  const key = modified ? `Mod-${event.key.toLowerCase()}` : event.key;
  const place = placeOf(cell);
  let done = true;
  if (event.altKey && event.key.startsWith('Arrow')) done = move(view, dom, place, event.key);
  else if (key === 'Tab') step(view, dom, cell, event.shiftKey);
  else if (key === 'ArrowDown' || key === 'ArrowUp') {
    done = vertical(view, dom, cell, key === 'ArrowDown' ? 1 : -1);
  } else if (key === 'Enter' && !event.shiftKey) {
    if (!focusCell(dom, { ...place, row: place.row + 1 })) leave(view, dom, true);
  } else if (key === 'Escape') leave(view, dom, true);
  else if (key === 'Mod-a') getSelection()?.selectAllChildren(cell);
  else if (key === 'Mod-z') done = event.shiftKey ? redo(view) : undo(view);
  else if (key === 'Mod-y') done = redo(view);
  else if (key === 'ContextMenu' || (key === 'F10' && event.shiftKey)) {
    showMenu(view, dom, cell, cell);
  } else done = false;
  if (done) event.preventDefault();
  // The rest is the cell's own, not the editor's around it.
  if (done || !modified) event.stopPropagation();
}

function move(view: EditorView, dom: HTMLElement, { row, column }: Place, key: string): boolean {
  const table = tableOf(view, dom);
  if (!table) return false;
  const by = key === 'ArrowUp' || key === 'ArrowLeft' ? -1 : 1;
  const down = key === 'ArrowUp' || key === 'ArrowDown';
  const to = { row: down ? row + by : row, column: down ? column : column + by };
  if (to.row < 1 || to.row > table.rows.length || to.column < 0 || to.column >= table.columns) {
    return true;
  }
  apply(
    view,
    down
      ? change.swapRows(view.state, table, Math.min(row, to.row))
      : change.swapColumns(table, Math.min(column, to.column)),
  );
  focusCell(dom, to);
  return true;
}

function menuButton(view: EditorView, dom: HTMLElement): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'md-grid-menu';
  button.tabIndex = -1;
  button.textContent = '⋯';
  button.setAttribute('aria-label', e.table.menu);
  button.setAttribute('aria-haspopup', 'menu');
  button.addEventListener('mousedown', (event) => {
    event.preventDefault();
  });
  button.addEventListener('click', () => {
    const active = document.activeElement;
    const cell = active instanceof HTMLElement && dom.contains(active) ? active : fieldsOf(dom)[0];
    if (cell) showMenu(view, dom, cell, button);
  });
  return button;
}

function showMenu(view: EditorView, dom: HTMLElement, cell: HTMLElement, at: HTMLElement): void {
  const { row, column } = placeOf(cell);
  const run =
    (work: (table: TableText) => ChangeSpec[], to: Partial<Place> = {}) =>
    () => {
      const table = tableOf(view, dom);
      if (!table) return;
      apply(view, work(table));
      focusCell(dom, { row, column, ...to });
    };
  const table = tableOf(view, dom);
  if (!table) return;
  const [rows, columns] = [table.rows.length, table.columns];
  const w = e.table;
  const to = (end: change.Alignment) => run((now) => change.align(now, column, end));
  openMenu(at, w.menu, [
    {
      label: w.rowAbove,
      disabled: row === 0,
      run: run((now) => change.addRow(now, row - 1)),
    },
    { label: w.rowBelow, run: run((now) => change.addRow(now, row), { row: row + 1 }) },
    { label: w.columnBefore, run: run((now) => change.addColumn(now, column)) },
    {
      label: w.columnAfter,
      run: run((now) => change.addColumn(now, column + 1), { column: column + 1 }),
    },
    { label: '' },
    {
      label: w.rowUp,
      disabled: row < 2,
      run: () => void move(view, dom, { row, column }, 'ArrowUp'),
    },
    {
      label: w.rowDown,
      disabled: row < 1 || row >= rows,
      run: () => void move(view, dom, { row, column }, 'ArrowDown'),
    },
    {
      label: w.columnBack,
      disabled: column === 0,
      run: () => void move(view, dom, { row, column }, 'ArrowLeft'),
    },
    {
      label: w.columnOn,
      disabled: column >= columns - 1,
      run: () => void move(view, dom, { row, column }, 'ArrowRight'),
    },
    { label: '' },
    { label: w.alignStart, run: to('start') },
    { label: w.alignCenter, run: to('center') },
    { label: w.alignEnd, run: to('end') },
    { label: w.alignNone, run: to(null) },
    { label: '' },
    {
      label: w.removeRow,
      disabled: row === 0,
      run: run((now) => change.removeRow(now, row), { row: row - 1 }),
    },
    {
      label: w.removeColumn,
      disabled: columns < 2,
      run: run((now) => change.removeColumn(now, column), { column: Math.max(0, column - 1) }),
    },
    {
      label: w.remove,
      run: () => {
        const now = tableOf(view, dom);
        if (!now) return;
        const end = Math.min(now.to + 1, view.state.doc.length);
        view.dispatch({ changes: { from: now.from, to: end }, userEvent: 'delete' });
        view.focus();
      },
    },
  ]);
}

export const tableView = (table: TableText, source: string): WidgetType =>
  new TableView(table, source);
