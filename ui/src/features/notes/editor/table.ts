import type { ChangeSpec, EditorState } from '@codemirror/state';
import type { Span } from './blocks';

export type Alignment = 'start' | 'center' | 'end' | null;

/** One cell: where its text stands in the note, without the blanks around it. */
export interface Cell extends Span {
  text: string;
}

interface Row extends Span {
  cells: Cell[];
  /** Where the next cell of a row that has too few would be put. */
  end: number;
}

/** A table as it stands in the text: its heading, its alignments and its rows. */
export interface TableText extends Span {
  columns: number;
  alignments: Alignment[];
  heading: Row;
  delimiter: Row;
  rows: Row[];
}

/** The cells of a line, by the bars that are not escaped or inside of code. */
function rowOf(text: string, from: number): Row {
  const cells: Cell[] = [];
  const trimmed = text.trimEnd();
  let at = /^\s*\|?/.exec(trimmed)?.[0].length ?? 0;
  let begin = at;
  let end = from + trimmed.length;
  const close = (to: number) => {
    const inside = text.slice(begin, to);
    const lead = inside.length - inside.trimStart().length;
    const core = inside.trim();
    const start = from + begin + (core === '' ? Math.min(1, inside.length) : lead);
    cells.push({ from: start, to: start + core.length, text: core });
    begin = to + 1;
  };
  while (at < trimmed.length) {
    const character = trimmed[at];
    if (character === '\\') at++;
    else if (character === '|') close(at);
    at++;
  }
  if (begin < trimmed.length) close(trimmed.length);
  else end = from + trimmed.length - 1;
  return { from, to: from + text.length, cells, end };
}

function alignmentOf(text: string): Alignment {
  const [start, end] = [text.startsWith(':'), text.endsWith(':')];
  return start && end ? 'center' : end ? 'end' : start ? 'start' : null;
}

/** Reads the table that stands here, if it is one. */
export function readTable(state: EditorState, { from, to }: Span): TableText | null {
  const rows: Row[] = [];
  for (let at = from; at <= to;) {
    const line = state.doc.lineAt(at);
    rows.push(rowOf(line.text, line.from));
    at = line.to + 1;
  }
  const [heading, delimiter, ...rest] = rows;
  if (!heading || !delimiter) return null;
  const alignments = delimiter.cells.map((cell) => alignmentOf(cell.text));
  return { from, to, columns: heading.cells.length, alignments, heading, delimiter, rows: rest };
}

/** A cell's text as it stands in a table. */
export function escaped(text: string): string {
  return text.trim().replace(/\\?\|/g, '\\|').replace(/\r?\n/g, '<br>');
}

/** A cell's text as it is typed. */
export function unescaped(text: string): string {
  return text.replaceAll('\\|', '|').replace(/<br\s*\/?>/gi, '\n');
}

/** All lines with cells, the heading first. */
const lines = (table: TableText) => [table.heading, ...table.rows];

export function cellAt(table: TableText, row: number, column: number): Cell | null {
  return lines(table)[row]?.cells[column] ?? null;
}

export const rowCount = (table: TableText) => table.rows.length + 1;

/** Gives a cell another text and touches nothing else. */
export function setCell(table: TableText, row: number, column: number, text: string): ChangeSpec[] {
  const line = lines(table)[row];
  const insert = escaped(text);
  const cell = line?.cells[column];
  if (!line) return [];
  if (cell) return cell.text === insert ? [] : [{ from: cell.from, to: cell.to, insert }];
  // The row is shorter than the heading: it gets the cells that are missing.
  if (insert === '') return [];
  const missing = '| '.repeat(column - line.cells.length);
  const bar = line.end === line.to ? ' ' : '';
  return [{ from: line.end, insert: `${bar}${missing}| ${insert} ` }];
}

const bars = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

export function emptyRow(columns: number): string {
  return bars(Array.from({ length: columns }, () => ''));
}

/** Puts an empty row behind another one (0 is the heading). */
export function addRow(table: TableText, behind: number): ChangeSpec[] {
  const line = behind === 0 ? table.delimiter : table.rows[behind - 1];
  return line ? [{ from: line.to, insert: `\n${emptyRow(table.columns)}` }] : [];
}

export function removeRow(table: TableText, row: number): ChangeSpec[] {
  const line = table.rows[row - 1];
  return line ? [{ from: line.from - 1, to: line.to }] : [];
}

/** Exchanges a row with the one behind it. */
export function swapRows(state: EditorState, table: TableText, row: number): ChangeSpec[] {
  const [one, two] = [table.rows[row - 1], table.rows[row]];
  if (!one || !two) return [];
  return [
    { from: one.from, to: one.to, insert: state.sliceDoc(two.from, two.to) },
    { from: two.from, to: two.to, insert: state.sliceDoc(one.from, one.to) },
  ];
}

/** A column is put in, taken out or moved in every line, the delimiter's too. */
function eachLine(
  table: TableText,
  change: (cells: string[], delimiter: boolean) => string[],
): ChangeSpec[] {
  return [table.heading, table.delimiter, ...table.rows].map((line) => {
    const cells = line.cells.map((cell) => cell.text);
    while (cells.length < table.columns) cells.push('');
    const insert = bars(change(cells, line === table.delimiter));
    return { from: line.from, to: line.to, insert };
  });
}

export function addColumn(table: TableText, at: number): ChangeSpec[] {
  return eachLine(table, (cells, delimiter) => cells.toSpliced(at, 0, delimiter ? '---' : ''));
}

export function removeColumn(table: TableText, at: number): ChangeSpec[] {
  return eachLine(table, (cells) => cells.toSpliced(at, 1));
}

/** Exchanges a column with the one behind it. */
export function swapColumns(table: TableText, at: number): ChangeSpec[] {
  return eachLine(table, (cells) => cells.toSpliced(at, 2, ...cells.slice(at, at + 2).reverse()));
}

const MARKS = { start: ':---', center: ':---:', end: '---:' } as const;

export function align(table: TableText, column: number, to: Alignment): ChangeSpec[] {
  const cell = table.delimiter.cells[column];
  const insert = to === null ? '---' : MARKS[to];
  return cell ? [{ from: cell.from, to: cell.to, insert }] : [];
}
