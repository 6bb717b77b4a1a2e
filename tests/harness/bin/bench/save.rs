//! How long a save takes until it is on the disk, beside one bare commit; and a long note that both sides
//! changed.

use std::path::Path;
use std::str::FromStr as _;
use std::time::{Duration, Instant};

use harness::{Fault, Verdict};
use octavo_contract::{NoteCreate, NoteSave, NoteView};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use crate::rows;
use crate::search::{claim, millis, old_account, open};
use crate::table::{Table, percentile};

const SAVES: usize = 500;
const MANY: u32 = 100_000;
const TEXT: &str = "A paragraph as people write them: a thought, a second one, and what to do. ";

pub(crate) async fn measure(table: &mut Table) -> Verdict {
    let folder = tempfile::tempdir().map_err(Fault::io("make a folder"))?;
    let (bare_median, bare_high) = times(bare(&folder.path().join("bare.db")).await?);
    for notes in [0, MANY] {
        crate::say(&format!("  saving beside {notes} notes …"));
        let folder = folder.path().join(notes.to_string());
        let account = among(&folder, notes).await?;
        let (median, high) = times(saves(&folder, account).await?);
        table.row([
            format!("save to durable beside {notes} notes (p50, p99 of {SAVES})"),
            format!("{median:.2} ms, {high:.2} ms"),
            format!("{bare_median:.2} ms, {bare_high:.2} ms, bare SQLite commit"),
            format!("{:.1} ×, {:.1} ×", median / bare_median, high / bare_high),
            "p99 ≤ 5 ms".into(),
        ]);
    }
    rows::of("measures", &["long-note".as_ref()], table)
}

fn times(mut values: Vec<f64>) -> (f64, f64) {
    (percentile(&mut values, 0.5), percentile(&mut values, 0.99))
}

/// One row, one commit, as durable as ours.
async fn bare(file: &Path) -> Result<Vec<f64>, Fault> {
    let options = SqliteConnectOptions::from_str("sqlite:")
        .map_err(claim)?
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut database = options.connect().await.map_err(claim)?;
    let table = "create table note (id integer primary key, body text)";
    sqlx::query(table)
        .execute(&mut database)
        .await
        .map_err(claim)?;
    let mut times = Vec::with_capacity(SAVES);
    for _ in 0..SAVES {
        let began = Instant::now();
        let insert = sqlx::query("insert into note (body) values (?)").bind(TEXT);
        insert.execute(&mut database).await.map_err(claim)?;
        times.push(millis(began));
    }
    Ok(times)
}

/// An account with so many notes, all of them found by search.
pub(crate) async fn among(folder: &Path, notes: u32) -> Result<String, Fault> {
    let account = old_account(folder, notes).await?;
    let core = open(folder).await?;
    core.search_prepare(&account).await.map_err(claim)?;
    core.shutdown(Duration::from_secs(5)).await;
    Ok(account)
}

/// Saves of one note among others, through the same door as the window's.
async fn saves(folder: &Path, account: String) -> Result<Vec<f64>, Fault> {
    let core = open(folder).await?;
    let create = NoteCreate {
        account: account.clone(),
        title: "Typed".into(),
        body: TEXT.repeat(4),
        note_type: None,
        tags: Vec::new(),
    };
    let mut note: NoteView = core.note_create(create).await.map_err(claim)?;
    let mut times = Vec::with_capacity(SAVES);
    for number in 0..SAVES {
        let save = NoteSave {
            account: account.clone(),
            note: note.id.clone(),
            base_version: note.version,
            title: note.title.clone(),
            body: format!("{}{number}", TEXT.repeat(4)),
        };
        let began = Instant::now();
        note = core.note_save(save).await.map_err(claim)?.note;
        times.push(millis(began));
    }
    core.shutdown(Duration::from_secs(5)).await;
    Ok(times)
}
