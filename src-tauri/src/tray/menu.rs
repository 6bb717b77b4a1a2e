//! The tray's menu as a value: what stands in it, and what each line does.

use octavo_contract::{AccountStatus, AccountView};
use octavo_core::TrayState;

/// Longer titles are cut: a menu is as wide as its longest line.
const LONGEST: usize = 48;

/// What a line does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// Opens the capture window.
    Capture,
    /// Shows the main window.
    Open,
    /// Calls the last captured note back.
    Undo {
        /// Its account.
        account: String,
        /// The note.
        note: String,
    },
    /// Shows the main window on an account.
    Account(String),
    /// Shows a note in the main window.
    Note {
        /// Its account.
        account: String,
        /// The note.
        note: String,
    },
    /// Pauses the exchange with Notion.
    Pause,
    /// Resumes it.
    Resume,
    /// Leaves Octavo.
    Quit,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// A line to choose.
    Entry {
        /// What it says.
        label: String,
        /// What it does.
        action: Action,
    },
    /// A line to choose that is marked or not.
    Choice {
        /// What it says.
        label: String,
        /// What it does.
        action: Action,
        /// Whether it is marked.
        checked: bool,
    },
    /// A line that only says something.
    Words(String),
    /// A line between groups.
    Separator,
}

fn entry(label: impl Into<String>, action: Action) -> Item {
    Item::Entry {
        label: label.into(),
        action,
    }
}

/// The menu for a state of things; without one (the data cannot be read) what can be done anyway.
pub(crate) fn menu(state: Option<&TrayState>) -> Vec<Item> {
    let mut items = vec![
        entry("Capture a note", Action::Capture),
        entry("Open Octavo", Action::Open),
    ];
    let Some(state) = state else {
        items.extend([Item::Separator, entry("Quit Octavo", Action::Quit)]);
        return items;
    };
    if let Some(undo) = &state.undo {
        items.push(entry(
            format!("Call back “{}”", short(&undo.title)),
            Action::Undo {
                account: undo.account.clone(),
                note: undo.note.clone(),
            },
        ));
    }
    if !state.accounts.is_empty() {
        items.push(Item::Separator);
        items.extend(state.accounts.iter().map(|account| Item::Choice {
            label: format!(
                "{} · {} · {}",
                account.monogram,
                short(&account.name),
                in_words(account, state.sync_paused)
            ),
            action: Action::Account(account.id.clone()),
            checked: state.current.as_ref() == Some(&account.id),
        }));
    }
    if !state.recent.is_empty() {
        items.extend([Item::Separator, Item::Words("Latest notes".to_owned())]);
        items.extend(state.recent.iter().map(|note| {
            entry(
                short(&note.title),
                Action::Note {
                    account: note.account.clone(),
                    note: note.note.clone(),
                },
            )
        }));
    }
    items.push(Item::Separator);
    items.push(if state.sync_paused {
        entry("Resume sending to Notion", Action::Resume)
    } else {
        entry("Pause sending to Notion", Action::Pause)
    });
    items.push(entry("Quit Octavo", Action::Quit));
    items
}

/// How an account stands.
fn in_words(account: &AccountView, paused: bool) -> String {
    let waiting = match account.waiting {
        0 => None,
        waiting => Some(format!("{waiting} waiting")),
    };
    let state = match account.status {
        AccountStatus::Local => return "on this computer".to_owned(),
        AccountStatus::Connected if paused => Some("paused"),
        AccountStatus::Connected => None,
        AccountStatus::Offline => Some("offline"),
        AccountStatus::SignInAgain => Some("sign in again"),
        AccountStatus::KeychainUnavailable => Some("keychain locked or missing"),
        AccountStatus::NeedsParent => Some("choose a page"),
        AccountStatus::NoAccess => Some("no access"),
    };
    match (state, waiting) {
        (Some(state), Some(waiting)) => format!("{state}, {waiting}"),
        (Some(state), None) => state.to_owned(),
        (None, Some(waiting)) => waiting,
        (None, None) => "all in Notion".to_owned(),
    }
}

fn short(title: &str) -> String {
    let title = title.trim();
    if title.is_empty() {
        return "Untitled".to_owned();
    }
    if title.chars().count() <= LONGEST {
        return title.to_owned();
    }
    let mut cut: String = title.chars().take(LONGEST - 1).collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use octavo_contract::{AccountKind, Captured};
    use octavo_core::RecentNote;

    use super::*;

    fn account(id: &str, status: AccountStatus, waiting: i64) -> AccountView {
        AccountView {
            id: id.to_owned(),
            name: format!("Account {id}"),
            monogram: "AC".to_owned(),
            color: "#2f6f5e".to_owned(),
            kind: AccountKind::PersonalToken,
            status,
            workspace_name: None,
            home: None,
            waiting,
        }
    }

    fn labels(items: &[Item]) -> Vec<&str> {
        items
            .iter()
            .map(|item| match item {
                Item::Entry { label, .. } | Item::Choice { label, .. } | Item::Words(label) => {
                    label
                }
                Item::Separator => "—",
            })
            .collect()
    }

    fn state() -> TrayState {
        TrayState {
            accounts: vec![
                account("1", AccountStatus::Connected, 0),
                account("2", AccountStatus::SignInAgain, 3),
                account("3", AccountStatus::Local, 7),
            ],
            current: Some("2".to_owned()),
            recent: vec![RecentNote {
                account: "2".to_owned(),
                note: "n".to_owned(),
                title: String::new(),
            }],
            undo: None,
            sync_paused: false,
        }
    }

    #[test]
    fn everything_has_its_place() {
        let items = menu(Some(&state()));
        assert_eq!(
            labels(&items),
            [
                "Capture a note",
                "Open Octavo",
                "—",
                "AC · Account 1 · all in Notion",
                "AC · Account 2 · sign in again, 3 waiting",
                "AC · Account 3 · on this computer",
                "—",
                "Latest notes",
                "Untitled",
                "—",
                "Pause sending to Notion",
                "Quit Octavo",
            ]
        );
        let checked: Vec<bool> = items
            .iter()
            .filter_map(|item| match item {
                Item::Choice { checked, .. } => Some(*checked),
                _ => None,
            })
            .collect();
        assert_eq!(checked, [false, true, false]);
    }

    #[test]
    fn a_pause_and_a_capture_are_seen() {
        let mut state = state();
        state.sync_paused = true;
        state.undo = Some(Captured {
            account: "1".to_owned(),
            note: "n".to_owned(),
            title: "x".repeat(80),
            until: 0,
        });
        let items = menu(Some(&state));
        let labels = labels(&items);
        assert!(labels.contains(&"AC · Account 1 · paused"), "{labels:?}");
        assert!(labels.contains(&"Resume sending to Notion"), "{labels:?}");
        let undo = labels.get(2).copied().unwrap();
        assert!(undo.starts_with("Call back “xxx"), "{undo}");
        assert!(undo.chars().count() < 70, "{undo}");
    }

    #[test]
    fn without_data_there_is_still_a_way_in_and_out() {
        let items = menu(None);
        assert_eq!(
            labels(&items),
            ["Capture a note", "Open Octavo", "—", "Quit Octavo"]
        );
    }
}
