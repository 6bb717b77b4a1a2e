//! How much memory the core keeps beside the notes of an account.

use std::path::Path;
use std::time::Duration;

use octavo_contract::{AccountRef, Empty, NoteCreate, NoteRef, NoteSave, SearchRequest};
use octavo_core::Octavo;

use crate::{Outcome, config};

const SAVES: usize = 20;
/// After this long nothing is done any more.
const REST: Duration = Duration::from_secs(5);

/// Works as a person does who opens the window: the list, a note, some words, a search. Answers the resident
/// memory of this process afterwards, at rest, in KiB.
pub(crate) async fn measure(folder: &Path, account: &str) -> Outcome<u64> {
    let core = Octavo::open(config(folder, "http://127.0.0.1:9")?).await?;
    core.start();
    core.app_state(Empty {}).await?;
    let of = AccountRef {
        account: account.to_owned(),
    };
    let list = core.note_list(of).await?.notes;
    let first = list.first().ok_or("there are no notes")?.id.clone();
    drop(list);
    let read = NoteRef {
        account: account.to_owned(),
        note: first,
    };
    core.note_read(read).await?;
    for query in ["b", "ba", "bad bo", "ste"] {
        let request = SearchRequest {
            account: Some(account.to_owned()),
            query: query.to_owned(),
            limit: 20,
        };
        core.search(request).await?;
    }
    let new = NoteCreate {
        account: account.to_owned(),
        title: "Typed".to_owned(),
        body: String::new(),
        note_type: None,
        tags: Vec::new(),
    };
    let mut note = core.note_create(new).await?;
    for number in 0..SAVES {
        let save = NoteSave {
            account: account.to_owned(),
            note: note.id.clone(),
            base_version: note.version,
            title: note.title.clone(),
            body: format!("some words, {number} of them"),
        };
        note = core.note_save(save).await?.note;
    }
    tokio::time::sleep(REST).await;
    let resident = resident()?;
    core.shutdown(Duration::from_secs(5)).await;
    Ok(resident)
}

/// `VmRSS` of this process in KiB ("/proc/pid/status" in the manual of Linux).
fn resident() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or("no VmRSS")?.parse()?)
}
