//! How long the links of ten thousand notes take when all are made anew, and how fast both directions of one
//! note are told.

use std::time::{Duration, Instant};

use harness::{Fault, Verdict};
use octavo_contract::{AccountRef, NoteRef};

use crate::search::{claim, connect, millis, notes_file, old_account, open, run};
use crate::table::{Table, percentile};

const NOTES: u32 = 10_000;
/// How many notes are asked for their links.
const ASKED: u32 = 500;

pub(crate) async fn measure(table: &mut Table) -> Verdict {
    crate::say(&format!("  links among {NOTES} notes …"));
    let folder = tempfile::tempdir().map_err(Fault::io("make a folder"))?;
    let account = old_account(folder.path(), NOTES).await?;
    // Every note names three others, and one in a hundred is named by a hundred.
    let mut database = connect(&notes_file(folder.path(), &account)).await?;
    run(&mut database, "UPDATE note SET title = 'Note ' || rowid").await?;
    run(
        &mut database,
        "UPDATE note SET body = body || char(10) || char(10) || 'See [[Note ' || (rowid % 10000 + 1) \
         || ']], [[Note ' || (rowid * 7919 % 10000 + 1) || ']] and [[Note ' || (rowid % 100 + 1) || ']].'",
    )
    .await?;
    run(&mut database, "DELETE FROM link_stale").await?;
    drop(database);
    let core = open(folder.path()).await?;
    let of = AccountRef {
        account: account.clone(),
    };
    core.note_list(of.clone()).await.map_err(claim)?;
    let began = Instant::now();
    core.links_rebuild(of).await.map_err(claim)?;
    let seconds = began.elapsed().as_secs_f64();
    let (mut times, mut links) = (Vec::new(), 0);
    for number in 0..ASKED {
        let note = NoteRef {
            account: account.clone(),
            note: format!("00000000-0000-7000-8000-{:012}", number * (NOTES / ASKED)),
        };
        let began = Instant::now();
        let found = core.note_links(note).await.map_err(claim)?;
        times.push(millis(began));
        links += found.outgoing.len() + found.backlinks.len();
    }
    core.shutdown(Duration::from_secs(5)).await;
    table.row([
        format!("links of {NOTES} notes made anew ({} names)", NOTES * 3),
        format!("{seconds:.1} s"),
        "–".into(),
        "–".into(),
        "≤ 5 s".into(),
    ]);
    table.row([
        format!("links of one note, both ways ({links} of {ASKED} notes; p50, p99)"),
        format!(
            "{:.1} ms, {:.1} ms",
            percentile(&mut times, 0.5),
            percentile(&mut times, 0.99)
        ),
        "–".into(),
        "–".into(),
        "≤ 5 ms".into(),
    ]);
    Ok(())
}
