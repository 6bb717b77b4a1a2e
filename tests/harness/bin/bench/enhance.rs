//! How long the proposals for one note take beside many others.

use std::time::{Duration, Instant};

use harness::{Fault, Verdict};
use octavo_contract::{NoteCreate, NoteRef};

use crate::search::{old_account, open};
use crate::table::{Table, percentile};
use crate::texts::Texts;

const TIMES: usize = 12;

pub(crate) async fn measure(table: &mut Table) -> Verdict {
    for notes in [1_000, 10_000] {
        crate::say(&format!("  proposing beside {notes} notes …"));
        let folder = tempfile::tempdir().map_err(Fault::io("make a folder"))?;
        let account = old_account(folder.path(), notes).await?;
        let core = open(folder.path()).await?;
        let claim = |error: octavo_core::CoreError| Fault::claim(error.to_string());
        let (_, body) = Texts::begin().note();
        let create = NoteCreate {
            account: account.clone(),
            title: String::new(),
            body,
            note_type: None,
            tags: Vec::new(),
        };
        let note = core.note_create(create).await.map_err(claim)?.id;
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let asked = NoteRef {
                account: account.clone(),
                note: note.clone(),
            };
            let began = Instant::now();
            core.enhance(asked).await.map_err(claim)?;
            times.push(began.elapsed().as_secs_f64() * 1000.0);
        }
        core.shutdown(Duration::from_secs(5)).await;
        let first = times.first().copied().unwrap_or_default();
        table.row([
            format!("proposals for a note beside {notes} others (the first, p50)"),
            format!("{first:.0} ms, {:.0} ms", percentile(&mut times, 0.5)),
            "–".into(),
            "–".into(),
            "p50 ≤ 50 ms".into(),
        ]);
    }
    Ok(())
}
