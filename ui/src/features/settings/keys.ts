const NAMES: Record<string, string> = {
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  Comma: ',',
  Period: '.',
  Semicolon: ';',
  Slash: '/',
  Quote: "'",
  BracketLeft: '[',
  BracketRight: ']',
  Backslash: '\\',
  Minus: '-',
  Equal: '=',
  Backquote: '`',
};

const MODIFIERS = new Set(['Control', 'Alt', 'AltGraph', 'Shift', 'Meta', 'Super', 'OS', 'Hyper']);

/** What a press of keys means for a shortcut. */
export type Press =
  /** Only modifiers so far. */
  | { kind: 'part'; keys: string }
  /** These keys would get in the way of typing. */
  | { kind: 'bare'; keys: string }
  | { kind: 'whole'; keys: string };

/** The pressed keys as a person reads them: "Ctrl+Shift+Space". */
export function pressOf(
  event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey'>,
): Press {
  const parts = [
    event.ctrlKey ? 'Ctrl' : '',
    event.altKey ? 'Alt' : '',
    event.shiftKey ? 'Shift' : '',
    event.metaKey ? 'Super' : '',
  ].filter(Boolean);
  if (MODIFIERS.has(event.key)) return { kind: 'part', keys: parts.join('+') };
  // By its place on the keyboard, because what it types depends on the modifiers.
  const { code } = event;
  const key = NAMES[code] ?? code.replace(/^(Key|Digit)(?=.$)/, '');
  const keys = [...parts, key].join('+');
  const own = /^F\d+$/.test(code) || event.ctrlKey || event.altKey || event.metaKey;
  return { kind: own && code !== '' ? 'whole' : 'bare', keys };
}
