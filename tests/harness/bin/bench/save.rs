//! How long a save takes until it is on the disk, beside one bare commit.

use std::path::Path;
use std::str::FromStr as _;
use std::time::Instant;

use harness::{Fault, Verdict};
use octavo_contract::{AccountAddLocal, NoteCreate, NoteSave, NoteView};
use octavo_core::{Config, Octavo, VaultKind};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use crate::table::{Table, percentile};

const SAVES: usize = 500;
const FEW: usize = 0;
const MANY: usize = 10_000;
const TEXT: &str = "A paragraph as people write them: a thought, a second one, and what to do. ";

pub(crate) async fn measure(table: &mut Table) -> Verdict {
    let folder = tempfile::tempdir().map_err(Fault::io("make a folder"))?;
    let (bare_median, bare_high) = times(bare(&folder.path().join("bare.db")).await?);
    for notes in [FEW, MANY] {
        crate::say(&format!("  saving beside {notes} notes …"));
        let data = folder.path().join(format!("data-{notes}"));
        let (median, high) = times(saves(&data, notes).await?);
        table.row([
            format!("save to durable beside {notes} notes (p50, p99 of {SAVES})"),
            format!("{median:.2} ms, {high:.2} ms"),
            format!("{bare_median:.2} ms, {bare_high:.2} ms, bare SQLite commit"),
            format!("{:.1} ×, {:.1} ×", median / bare_median, high / bare_high),
            "p99 ≤ 5 ms".into(),
        ]);
    }
    Ok(())
}

fn times(mut values: Vec<f64>) -> (f64, f64) {
    (percentile(&mut values, 0.5), percentile(&mut values, 0.99))
}

fn claim(error: impl std::fmt::Display) -> Fault {
    Fault::claim(error.to_string())
}

fn millis(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1000.0
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

/// Saves of one note among `notes` others, through the same door as the window's.
async fn saves(data: &Path, notes: usize) -> Result<Vec<f64>, Fault> {
    let config = Config {
        data_dir: data.to_path_buf(),
        notion_url: "http://127.0.0.1:9".parse().map_err(claim)?,
        vault: VaultKind::Memory,
        broker_url: None,
        memory_token: None,
        sample: false,
        request_room: Config::REQUEST_ROOM,
    };
    let core = Octavo::open(config).await.map_err(claim)?;
    let account = core
        .account_add_local(AccountAddLocal { name: None })
        .await
        .map_err(claim)?
        .id;
    let create = |title: String| NoteCreate {
        account: account.clone(),
        title,
        body: TEXT.repeat(4),
        note_type: None,
        tags: Vec::new(),
    };
    for number in 0..notes {
        core.note_create(create(format!("Note {number}")))
            .await
            .map_err(claim)?;
    }
    let mut note: NoteView = core
        .note_create(create("Typed".into()))
        .await
        .map_err(claim)?;
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
    core.shutdown(std::time::Duration::from_secs(5)).await;
    Ok(times)
}
