/** The arrow keys, Home and End go through what matches, as in any list. */
export function moveAmong(event: KeyboardEvent, what: string): void {
  const list = event.currentTarget;
  if (!(list instanceof HTMLElement) || event.ctrlKey || event.altKey || event.metaKey) return;
  const rows = [...list.querySelectorAll<HTMLElement>(what)];
  const at = rows.findIndex((row) => row === document.activeElement);
  const to = {
    ArrowDown: Math.min(at + 1, rows.length - 1),
    ArrowUp: Math.max(at - 1, 0),
    Home: 0,
    End: rows.length - 1,
  }[event.key];
  const row = to === undefined ? undefined : rows[to];
  if (!row) return;
  event.preventDefault();
  row.focus();
}
