/** One thing a menu offers; without `run` it is a line between others. */
export interface Item {
  label: string;
  run?: () => void;
  disabled?: boolean;
}

let shown: (() => void) | null = null;

/**
 * Shows a menu beside an element of the editor. It is worked by arrows, letters, Enter and Escape,
 * and gives the focus back to where it was.
 */
export function openMenu(anchor: HTMLElement, label: string, items: readonly Item[]): void {
  shown?.();
  const before = document.activeElement;
  const menu = document.createElement('div');
  menu.className = 'md-menu';
  menu.setAttribute('role', 'menu');
  menu.setAttribute('aria-label', label);
  let closed = false;
  const close = (back: boolean) => {
    // Taking it away takes the focus from it, which closes it too.
    if (closed) return;
    closed = true;
    shown = null;
    menu.remove();
    document.removeEventListener('mousedown', outside, true);
    if (back && before instanceof HTMLElement) before.focus();
  };
  const outside = (event: Event) => {
    if (!menu.contains(event.target as Node)) close(false);
  };
  for (const item of items) menu.append(entry(item, close));
  menu.addEventListener('keydown', (event) => {
    walk(event, menu, close);
  });
  menu.addEventListener('focusout', (event) => {
    if (!(event.relatedTarget instanceof Node && menu.contains(event.relatedTarget))) close(false);
  });
  document.addEventListener('mousedown', outside, true);
  shown = () => {
    close(false);
  };
  (anchor.closest('.cm-editor') ?? document.body).append(menu);
  place(menu, anchor);
  menu.querySelector<HTMLElement>('[role=menuitem]:not([disabled])')?.focus();
}

function entry(item: Item, close: (back: boolean) => void): HTMLElement {
  if (!item.run) {
    const line = document.createElement('div');
    line.setAttribute('role', 'separator');
    return line;
  }
  const button = document.createElement('button');
  button.type = 'button';
  button.tabIndex = -1;
  button.setAttribute('role', 'menuitem');
  button.textContent = item.label;
  button.disabled = item.disabled ?? false;
  button.addEventListener('click', () => {
    close(true);
    item.run?.();
  });
  return button;
}

/** Fixed where the anchor is, and wholly inside of the window. */
function place(menu: HTMLElement, anchor: HTMLElement): void {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = menu;
  const below = box.bottom + 4;
  const top = below + offsetHeight > innerHeight ? box.top - offsetHeight - 4 : below;
  menu.style.top = `${Math.max(4, Math.min(top, innerHeight - offsetHeight - 4))}px`;
  menu.style.left = `${Math.max(4, Math.min(box.left, innerWidth - offsetWidth - 4))}px`;
}

function walk(event: KeyboardEvent, menu: HTMLElement, close: (back: boolean) => void): void {
  const items = [...menu.querySelectorAll<HTMLElement>('[role=menuitem]:not([disabled])')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const steps: Record<string, number> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  const to = steps[event.key];
  if (to !== undefined) items[to]?.focus();
  else if (event.key === 'Escape' || event.key === 'Tab') close(true);
  else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.key !== ' ') {
    const letter = event.key.toLowerCase();
    [...items.slice(at + 1), ...items.slice(0, at + 1)]
      .find((item) => item.textContent.toLowerCase().startsWith(letter))
      ?.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}
