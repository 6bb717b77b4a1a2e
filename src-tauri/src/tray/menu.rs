//! What the tray's menu says, as a value.

use octavo_contract::{AccountId, AccountStatus, AccountView, NoteId};
use octavo_core::TrayState;

/// Titles longer than this make a menu wider than what is in it.
const LONGEST_TITLE: usize = 40;

/// What happens when an entry is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// Opens quick capture.
    Capture,
    /// Opens the main window.
    Open,
    /// Calls a captured note back.
    Undo(AccountId, NoteId),
    /// Shows an account.
    Account(AccountId),
    /// Shows a note.
    Note(AccountId, NoteId),
    /// Pauses the exchange with Notion.
    Pause,
    /// Resumes it.
    Resume,
    /// Ends Octavo.
    Quit,
}

impl Action {
    /// The entry's name on the bus.
    pub(crate) fn id(&self) -> String {
        match self {
            Self::Capture => "capture".to_owned(),
            Self::Open => "open".to_owned(),
            Self::Undo(account, note) => format!("undo/{account}/{note}"),
            Self::Account(account) => format!("account/{account}"),
            Self::Note(account, note) => format!("note/{account}/{note}"),
            Self::Pause => "pause".to_owned(),
            Self::Resume => "resume".to_owned(),
            Self::Quit => "quit".to_owned(),
        }
    }

    /// Reads such a name.
    pub(crate) fn read(id: &str) -> Option<Self> {
        let mut parts = id.split('/');
        let action = match (parts.next()?, parts.next(), parts.next()) {
            ("capture", None, None) => Self::Capture,
            ("open", None, None) => Self::Open,
            ("undo", Some(account), Some(note)) => Self::Undo(account.to_owned(), note.to_owned()),
            ("account", Some(account), None) => Self::Account(account.to_owned()),
            ("note", Some(account), Some(note)) => Self::Note(account.to_owned(), note.to_owned()),
            ("pause", None, None) => Self::Pause,
            ("resume", None, None) => Self::Resume,
            ("quit", None, None) => Self::Quit,
            _ => return None,
        };
        parts.next().is_none().then_some(action)
    }
}

/// One line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// Something to choose.
    Entry(Action, String),
    /// One of several, of which one is chosen.
    Choice(Action, String, bool),
    /// A line between groups.
    Line,
}

/// The menu before the accounts are known.
pub(crate) fn bare() -> Vec<Item> {
    let mut items = doors();
    items.push(Item::Line);
    items.push(quit());
    items
}

/// The whole menu.
pub(crate) fn items(state: &TrayState) -> Vec<Item> {
    let mut items = doors();
    if let Some(captured) = &state.undo {
        let undo = Action::Undo(captured.account.clone(), captured.note.clone());
        items.push(Item::Entry(undo, "Undo last capture".to_owned()));
    }
    items.push(Item::Line);
    if !state.accounts.is_empty() {
        items.extend(state.accounts.iter().map(|account| {
            Item::Choice(
                Action::Account(account.id.clone()),
                account_text(account, state.sync_paused),
                state.current.as_ref() == Some(&account.id),
            )
        }));
        items.push(Item::Line);
    }
    if !state.recent.is_empty() {
        items.extend(state.recent.iter().map(|recent| {
            let open = Action::Note(recent.account.clone(), recent.note.clone());
            Item::Entry(open, title(&recent.title))
        }));
        items.push(Item::Line);
    }
    if state.accounts.iter().any(|account| account.home.is_some()) {
        items.push(if state.sync_paused {
            Item::Entry(Action::Resume, "Resume sync".to_owned())
        } else {
            Item::Entry(Action::Pause, "Pause sync".to_owned())
        });
    }
    items.push(quit());
    items
}

fn doors() -> Vec<Item> {
    vec![
        Item::Entry(Action::Capture, "Capture".to_owned()),
        Item::Entry(Action::Open, "Open Octavo".to_owned()),
    ]
}

fn quit() -> Item {
    Item::Entry(Action::Quit, "Quit".to_owned())
}

const LOCAL: &str = "on this computer";

fn account_text(account: &AccountView, paused: bool) -> String {
    let state = match account.status {
        AccountStatus::SignInAgain => Some("sign in again"),
        AccountStatus::KeychainUnavailable => Some("keychain locked"),
        AccountStatus::NeedsParent => Some("needs a page"),
        AccountStatus::NoAccess => Some("no access"),
        AccountStatus::Restricted => Some("restricted"),
        AccountStatus::Offline => Some("offline"),
        // A local account is called so until it gets another name.
        AccountStatus::Local if account.name.eq_ignore_ascii_case(LOCAL) => None,
        AccountStatus::Local => Some(LOCAL),
        AccountStatus::Connected if paused => Some("paused"),
        AccountStatus::Connected => None,
    };
    let waiting = (account.waiting > 0).then(|| format!("{} waiting", account.waiting));
    let parts = [state.map(ToOwned::to_owned), waiting];
    parts.into_iter().flatten().fold(
        format!("{}  {}", account.monogram, short(&account.name)),
        |text, part| format!("{text} · {part}"),
    )
}

fn title(title: &str) -> String {
    let title = short(title);
    if title.is_empty() {
        "Untitled".to_owned()
    } else {
        title
    }
}

/// One line of at most [`LONGEST_TITLE`] characters.
fn short(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= LONGEST_TITLE {
        return line;
    }
    let start: String = line.chars().take(LONGEST_TITLE - 1).collect();
    format!("{}…", start.trim_end())
}

#[cfg(test)]
mod tests {
    use octavo_contract::{AccountKind, Captured, HomeView};
    use octavo_core::RecentNote;

    use super::*;

    fn account(id: &str, name: &str, status: AccountStatus, waiting: i64) -> AccountView {
        let local = status == AccountStatus::Local;
        AccountView {
            id: id.to_owned(),
            name: name.to_owned(),
            monogram: name.chars().take(2).collect::<String>().to_uppercase(),
            color: "#7a4fa0".to_owned(),
            kind: if local {
                AccountKind::Local
            } else {
                AccountKind::OAuth
            },
            status,
            workspace_name: None,
            home: (!local).then(|| HomeView {
                title: "Personal Assistant".to_owned(),
                ready: true,
            }),
            waiting,
        }
    }

    fn state(accounts: Vec<AccountView>) -> TrayState {
        TrayState {
            current: accounts.first().map(|account| account.id.clone()),
            accounts,
            recent: Vec::new(),
            undo: None,
            sync_paused: false,
        }
    }

    fn entry(action: Action, text: &str) -> Item {
        Item::Entry(action, text.to_owned())
    }

    #[test]
    fn without_an_account_there_are_the_doors() {
        assert_eq!(items(&state(Vec::new())), bare());
    }

    #[test]
    fn the_whole_menu_in_its_order() {
        let mut state = state(vec![
            account("w", "Work", AccountStatus::Connected, 3),
            account("h", "Home", AccountStatus::SignInAgain, 0),
            account("l", "Laptop", AccountStatus::Local, 0),
            account("o", "On this computer", AccountStatus::Local, 0),
        ]);
        state.undo = Some(Captured {
            account: "w".to_owned(),
            note: "n0".to_owned(),
            title: "Milk".to_owned(),
            until: 10,
        });
        state.recent = vec![
            RecentNote {
                account: "w".to_owned(),
                note: "n1".to_owned(),
                title: "Punch & cards".to_owned(),
            },
            RecentNote {
                account: "w".to_owned(),
                note: "n2".to_owned(),
                title: " \n ".to_owned(),
            },
        ];
        let undo = Action::Undo("w".to_owned(), "n0".to_owned());
        let note = |id: &str| Action::Note("w".to_owned(), id.to_owned());
        let choice = |id: &str, text: &str, is| {
            Item::Choice(Action::Account(id.to_owned()), text.to_owned(), is)
        };
        assert_eq!(
            items(&state),
            [
                entry(Action::Capture, "Capture"),
                entry(Action::Open, "Open Octavo"),
                entry(undo, "Undo last capture"),
                Item::Line,
                choice("w", "WO  Work · 3 waiting", true),
                choice("h", "HO  Home · sign in again", false),
                choice("l", "LA  Laptop · on this computer", false),
                choice("o", "ON  On this computer", false),
                Item::Line,
                entry(note("n1"), "Punch & cards"),
                entry(note("n2"), "Untitled"),
                Item::Line,
                entry(Action::Pause, "Pause sync"),
                entry(Action::Quit, "Quit"),
            ]
        );
    }

    #[test]
    fn a_pause_is_said_with_each_account_and_can_be_ended() {
        let mut state = state(vec![
            account("w", "Work", AccountStatus::Connected, 2),
            account("h", "Home", AccountStatus::Offline, 0),
        ]);
        state.sync_paused = true;
        let items = items(&state);
        let says = |text: &str| {
            items
                .iter()
                .any(|item| matches!(item, Item::Choice(_, said, _) if said == text))
        };
        assert!(says("WO  Work · paused · 2 waiting"), "{items:?}");
        assert!(says("HO  Home · offline"), "{items:?}");
        assert!(items.contains(&entry(Action::Resume, "Resume sync")));
        assert!(!items.contains(&entry(Action::Pause, "Pause sync")));
    }

    #[test]
    fn without_notion_there_is_nothing_to_pause() {
        let items = items(&state(vec![account(
            "l",
            "Laptop",
            AccountStatus::Local,
            0,
        )]));
        assert!(!items.contains(&entry(Action::Pause, "Pause sync")));
    }

    #[test]
    fn long_titles_are_cut_and_lines_joined() {
        let long = "a long\ntitle ".repeat(9);
        let cut = title(&long);
        assert!(cut.chars().count() <= LONGEST_TITLE, "{cut}");
        assert!(cut.ends_with('…') && cut.starts_with("a long title a long"));
    }

    #[test]
    fn each_action_is_read_as_it_is_named() {
        for action in [
            Action::Capture,
            Action::Open,
            Action::Undo("a".to_owned(), "n".to_owned()),
            Action::Account("a".to_owned()),
            Action::Note("a".to_owned(), "n".to_owned()),
            Action::Pause,
            Action::Resume,
            Action::Quit,
        ] {
            assert_eq!(Action::read(&action.id()), Some(action));
        }
        for other in ["", "open/a", "account", "note/a", "note/a/b/c", "undo/a"] {
            assert_eq!(Action::read(other), None, "{other}");
        }
    }
}
