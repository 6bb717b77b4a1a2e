import type {
  AccountKind,
  AccountStatus,
  AccountView,
  NoteView,
  SyncState,
} from '../contract/generated';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export type Scenario = 'calm' | AccountStatus | 'first' | 'broken';

export interface SampleOptions {
  /** How many notes the account on screen has; the drawn ones when absent. */
  notes?: number | undefined;
  /** What stands between the account on screen and its Notion. */
  state?: Scenario | undefined;
  /** How the account on screen came to be. */
  kind?: AccountKind | undefined;
  now?: number | undefined;
}

export interface Sample {
  accounts: AccountView[];
  notes: Map<string, NoteView[]>;
}

const REVIEW = `Charles walked through the mill and the store. The store holds a thousand numbers of fifty digits; the mill does the four operations. See [Jacquard loom, how it works](notion://018f0000-0000-7000-8000-000000000010) for the cards.

## Decisions

- [x] Two card decks: operations and variables
- [ ] Write the table for [ベルヌーイ数の計算](notion://018f0000-0000-7000-8000-000000000006) as the worked example
- [ ] Ask [Punch card supplier call](notion://018f0000-0000-7000-8000-000000000003) about thicker stock

## Loop, as cards

\`\`\`
V4 ← V4 − V1       # decrement
if V4 ≠ 0: back 3   # repeat the cycle
\`\`\`

> The engine *weaves* algebraic patterns, **just as** the loom weaves flowers and leaves.

1. Order the cards
2. Check \`V4\` by hand
   - twice, with ~~ink~~ pencil

מערכת אחת לכל פעולה, ועוד אחת לכל משתנה.
`;

type Row = [
  title: string,
  type: string | null,
  daysAgo: number,
  state?: SyncState | undefined,
  body?: string,
];

const DRAWN: Row[] = [
  ['Analytical engine review', 'Meeting', 0, undefined, REVIEW],
  ['Weekly with Charles', 'Meeting', 2],
  ['Punch card supplier call', 'Meeting', 3, { state: 'queued' }],
  ['Notes that write themselves into the margin', 'Idea', 3],
  ['Music from numbers', 'Idea', 4],
  ['ベルヌーイ数の計算', 'Idea', 13],
  ['Prepare the Turin lecture', 'Task', 6],
  ['Answer Menabrea', 'Task', 7, { state: 'blocked', reason: 'The page was locked in Notion.' }],
  ['Reading list', 'Reference', 10],
  ['Jacquard loom, how it works', 'Reference', 19],
  ['הערות על המנוע', 'Reference', 25],
  ['Somerville, on the sciences', null, 5],
  ['Errata', null, 400],
];
const TYPES = ['Meeting', 'Idea', 'Task', 'Reference', null];

function noteOf(account: string, index: number, row: Row, now: number, local: boolean): NoteView {
  const [title, type, daysAgo, state, body] = row;
  const edited = now - daysAgo * DAY - (daysAgo === 0 ? 0 : index * MINUTE);
  const sync: SyncState = local ? { state: 'local' } : (state ?? { state: 'synced', at: edited });
  return {
    account,
    id: `${account}-note-${index}`,
    title,
    body: body ?? `${title}.\n\nWritten down before it is forgotten.\n`,
    version: 1,
    note_type: type,
    tags: index === 0 ? ['engine', 'turin'] : [],
    pinned: title === 'Reading list',
    created: edited,
    edited,
    trashed: false,
    page_id: sync.state === 'synced' ? `page-${account}-${index}` : null,
    ...sync,
  };
}

function many(count: number): Row[] {
  return Array.from({ length: count }, (_, index): Row => {
    const drawn = DRAWN[index];
    if (drawn) return drawn;
    const type = TYPES[index % TYPES.length] ?? null;
    return [`${type ?? 'Note'} ${index + 1}`, type, Math.floor(index / 20)];
  });
}

/** Accounts and notes to look at, as they would be after some weeks. */
export function sampleOf({ notes, state = 'calm', kind, now = Date.now() }: SampleOptions): Sample {
  if (state === 'first') return { accounts: [], notes: new Map() };
  const status: AccountStatus = state === 'calm' || state === 'broken' ? 'connected' : state;
  const local = status === 'local';
  const ada: AccountView = {
    id: 'ada',
    name: 'Ada Lovelace',
    monogram: 'AL',
    color: '#2f6f5e',
    kind:
      kind ?? (local ? 'local' : status === 'needs_parent' ? 'internal_token' : 'personal_token'),
    status,
    workspace_name: local ? null : 'Ada’s Notion',
    home: local ? null : { title: 'Personal Assistant', ready: status !== 'needs_parent' },
    waiting: 0,
  };
  const accounts: AccountView[] = [
    ada,
    {
      ...ada,
      id: 'work',
      name: 'Work',
      monogram: 'WK',
      color: '#7a4a9e',
      kind: 'personal_token',
      status: 'sign_in_again',
      workspace_name: 'Mill & Store',
      home: { title: 'Personal Assistant', ready: true },
    },
    {
      ...ada,
      id: 'club',
      name: 'Club',
      monogram: 'CL',
      color: '#b0622b',
      kind: 'local',
      status: 'local',
      workspace_name: null,
      home: null,
    },
  ];
  const work: Row[] = [
    ['Invoice for brass', 'Task', 0, { state: 'queued' }],
    ['Mill drawings', null, 1, { state: 'queued' }],
    ['Stock count', 'Reference', 1, { state: 'queued' }],
  ];
  const club: Row[] = [
    ['Chess on Thursdays', null, 1],
    ['Subscriptions', null, 9],
  ];
  const make = (account: string, rows: Row[], isLocal: boolean) =>
    rows.map((row, index) => noteOf(account, index, row, now, isLocal));
  return {
    accounts,
    notes: new Map([
      ['ada', make('ada', notes === undefined ? DRAWN : many(notes), local)],
      ['work', make('work', work, false)],
      ['club', make('club', club, true)],
    ]),
  };
}
