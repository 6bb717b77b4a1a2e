//! How states are called in words.

use jiff::{Timestamp, tz::TimeZone};
use octavo_contract::{AccountStatus, NoteLoss, SyncState, UnixMillis, VaultStatus};

/// A moment on this computer's clock.
pub(crate) fn moment(at: UnixMillis) -> String {
    told(at, "%Y-%m-%d %H:%M")
}

/// A text, or what stands for it while it is empty.
pub(crate) fn text_or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}

/// A moment of today, to the second.
pub(crate) fn clock(at: UnixMillis) -> String {
    told(at, "%H:%M:%S")
}

fn told(at: UnixMillis, form: &str) -> String {
    Timestamp::from_millisecond(at).map_or_else(
        |_| "at an unknown time".to_owned(),
        |moment| {
            moment
                .to_zoned(TimeZone::system())
                .strftime(form)
                .to_string()
        },
    )
}

/// Where a note stands, as a whole phrase.
pub(crate) fn sync_state(state: &SyncState) -> String {
    match state {
        SyncState::Local => "On this computer".to_owned(),
        SyncState::Queued => "Waiting to send".to_owned(),
        SyncState::Sending => "Sending".to_owned(),
        SyncState::Synced { at } => format!("In Notion · {}", moment(*at)),
        SyncState::Conflict => "Changed in both places".to_owned(),
        SyncState::Blocked { reason } => format!("Notion refused this: {reason}"),
    }
}

/// What Notion cannot hold of a note, and where it stands.
pub(crate) fn loss(
    NoteLoss {
        what,
        line,
        heading,
    }: &NoteLoss,
) -> String {
    let under = heading
        .as_ref()
        .map(|heading| format!(" under “{heading}”"))
        .unwrap_or_default();
    format!("Notion cannot hold this as it is, in line {line}{under}: {what}. It stays so here.")
}

/// Where a note stands, as the word the wire uses.
pub(crate) fn state_word(state: &SyncState) -> &'static str {
    match state {
        SyncState::Local => "local",
        SyncState::Queued => "queued",
        SyncState::Sending => "sending",
        SyncState::Synced { .. } => "synced",
        SyncState::Conflict => "conflict",
        SyncState::Blocked { .. } => "blocked",
    }
}

/// What stands between an account and Notion.
pub(crate) fn account_status(status: AccountStatus) -> &'static str {
    match status {
        AccountStatus::Local => "on this computer only",
        AccountStatus::Connected => "connected",
        AccountStatus::Offline => "Notion cannot be reached",
        AccountStatus::SignInAgain => "sign in again: Notion no longer accepts its token",
        AccountStatus::KeychainUnavailable => "the keychain that holds its token does not answer",
        AccountStatus::NeedsParent => {
            "choose the page under which its home is made, in Octavo's window"
        }
        AccountStatus::NoAccess => "its connection may not reach its home in Notion",
        AccountStatus::Restricted => {
            "restricted: an owner of its workspace has to allow what Octavo needs"
        }
    }
}

/// How the keychain is.
pub(crate) fn vault_status(status: VaultStatus) -> &'static str {
    match status {
        VaultStatus::Ready => "the system keychain answers",
        VaultStatus::Locked => "the system keychain is locked",
        VaultStatus::Absent => "no system keychain answers",
        VaultStatus::ThisRunOnly => "tokens are kept in memory, for one run",
    }
}

/// "1 note", "2 notes".
pub(crate) fn count(number: u64, what: &str) -> String {
    if number == 1 {
        format!("1 {what}")
    } else {
        format!("{number} {what}s")
    }
}
