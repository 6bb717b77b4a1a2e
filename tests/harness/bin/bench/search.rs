//! How fast notes are found among ten thousand and a hundred thousand, beside plain FTS5 on the same
//! texts; how large the index is, and how long it takes to make it in an old database.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use harness::{Fault, Verdict};
use octavo_contract::{AccountAddLocal, AccountRef, Empty, NoteCreate, NoteSave, SearchRequest};
use octavo_core::{Config, Octavo, VaultKind};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};

use crate::table::{Table, percentile};
use crate::texts::{Texts, queries};

/// How many notes, and within which time the best twenty have to be there.
const SIZES: [(u32, &str); 2] = [(10_000, "p99 ≤ 15 ms"), (100_000, "p99 ≤ 60 ms")];
const ROUNDS: usize = 3;
const LIMIT: u32 = 20;

pub(crate) async fn measure(table: &mut Table) -> Verdict {
    for (notes, budget) in SIZES {
        let folder = tempfile::tempdir().map_err(Fault::io("make a folder"))?;
        among(table, folder.path(), notes, budget).await?;
    }
    importing(table).await
}

pub(crate) fn claim(error: impl std::fmt::Display) -> Fault {
    Fault::claim(error.to_string())
}

pub(crate) fn millis(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1000.0
}

pub(crate) async fn open(folder: &Path) -> Result<Octavo, Fault> {
    let config = Config {
        data_dir: folder.join("data"),
        notion_url: "http://127.0.0.1:9".parse().map_err(claim)?,
        vault: VaultKind::Memory,
        broker_url: None,
        memory_token: None,
        sample: false,
        request_room: Config::REQUEST_ROOM,
    };
    Octavo::open(config).await.map_err(claim)
}

/// An account with so many notes as they are after an update: all there, none in the index.
pub(crate) async fn old_account(folder: &Path, notes: u32) -> Result<String, Fault> {
    let core = open(folder).await?;
    let local = core.account_add_local(AccountAddLocal { name: None });
    let account = local.await.map_err(claim)?.id;
    let list = AccountRef {
        account: account.clone(),
    };
    core.note_list(list).await.map_err(claim)?;
    core.shutdown(Duration::from_secs(5)).await;
    let mut database = connect(&notes_file(folder, &account)).await?;
    run(&mut database, "BEGIN").await?;
    let mut texts = Texts::begin();
    for number in 0..notes {
        let (title, body) = texts.note();
        let edited = 1_600_000_000_000 + i64::from(number) * 600_000;
        let insert = sqlx::query(
            "INSERT INTO note (id, title, body, excerpt, created, edited, state) \
             VALUES (?, ?, ?, substr(?, 1, 160), ?, ?, 'local')",
        );
        let id = format!("00000000-0000-7000-8000-{number:012}");
        let insert = insert.bind(id).bind(title).bind(&body).bind(&body);
        let insert = insert.bind(edited).bind(edited);
        insert.execute(&mut database).await.map_err(claim)?;
    }
    // The update writes down which notes are not in the index; links are another's part.
    run(&mut database, "UPDATE search_due SET fresh = 0").await?;
    run(&mut database, "DELETE FROM link_stale").await?;
    run(&mut database, "COMMIT").await?;
    Ok(account)
}

pub(crate) fn notes_file(folder: &Path, account: &str) -> std::path::PathBuf {
    folder.join("data/accounts").join(account).join("notes.db")
}

pub(crate) async fn connect(file: &Path) -> Result<SqliteConnection, Fault> {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .connect()
        .await
        .map_err(claim)
}

pub(crate) async fn run(database: &mut SqliteConnection, statement: &'static str) -> Verdict {
    let done = sqlx::query(statement).execute(database).await;
    done.map(drop).map_err(claim)
}

async fn number(database: &mut SqliteConnection, statement: &'static str) -> Result<i64, Fault> {
    let found = sqlx::query_scalar(statement).fetch_one(database).await;
    found.map_err(claim)
}

async fn among(table: &mut Table, folder: &Path, notes: u32, budget: &str) -> Verdict {
    crate::say(&format!("  searching among {notes} notes …"));
    let account = old_account(folder, notes).await?;
    let core = open(folder).await?;
    index(table, &core, &account, notes).await?;
    let mut ours = ours(&core, &account).await?;
    core.shutdown(Duration::from_secs(5)).await;
    let mut database = connect(&notes_file(folder, &account)).await?;
    size(table, &mut database, notes).await?;
    let mut plain = plain(&mut database).await?;
    let (median, high) = (percentile(&mut ours, 0.5), percentile(&mut ours, 0.99));
    let (plain_median, plain_high) = (percentile(&mut plain, 0.5), percentile(&mut plain, 0.99));
    table.row([
        format!("search as typed among {notes} notes, best 20 with snippets (p50, p99)"),
        format!("{median:.1} ms, {high:.1} ms"),
        format!("{plain_median:.1} ms, {plain_high:.1} ms, plain FTS5 with bm25 and snippets"),
        format!("{:.2} ×, {:.2} ×", median / plain_median, high / plain_high),
        budget.into(),
    ]);
    Ok(())
}

/// Makes the index of an old database while a person goes on writing.
async fn index(table: &mut Table, core: &Octavo, account: &str, notes: u32) -> Verdict {
    let began = Instant::now();
    core.app_state(Empty {}).await.map_err(claim)?;
    let list = AccountRef {
        account: account.to_owned(),
    };
    core.note_list(list).await.map_err(claim)?;
    let opened = millis(began);
    let create = NoteCreate {
        account: account.to_owned(),
        title: "Typed".into(),
        body: String::new(),
        note_type: None,
        tags: Vec::new(),
    };
    let mut note = core.note_create(create).await.map_err(claim)?;
    let done = AtomicBool::new(false);
    let rebuild = async {
        let began = Instant::now();
        let made = core.search_prepare(account).await;
        done.store(true, Ordering::SeqCst);
        made.map(|()| began.elapsed().as_secs_f64()).map_err(claim)
    };
    let writing = async {
        let mut times = Vec::new();
        while !done.load(Ordering::SeqCst) {
            let save = NoteSave {
                account: account.to_owned(),
                note: note.id.clone(),
                base_version: note.version,
                title: note.title.clone(),
                body: format!("word {}", times.len()),
            };
            let began = Instant::now();
            note = core.note_save(save).await.map_err(claim)?.note;
            times.push(millis(began));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok::<_, Fault>(times)
    };
    let (seconds, mut saves) = tokio::try_join!(rebuild, writing)?;
    table.row([
        format!("index of an old database of {notes} notes, made while a person saves"),
        format!(
            "{seconds:.1} s; list after {opened:.0} ms; saves {:.0} ms p50, {:.0} ms at most",
            percentile(&mut saves, 0.5),
            percentile(&mut saves, 1.0)
        ),
        "–".into(),
        "–".into(),
        "≤ 60 s for 100,000".into(),
    ]);
    Ok(())
}

async fn size(table: &mut Table, database: &mut SqliteConnection, notes: u32) -> Verdict {
    let text = "SELECT sum(length(CAST(title AS BLOB)) + length(CAST(body AS BLOB))) FROM note";
    let text = number(database, text).await?;
    let words = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'note_fts%'";
    let words = number(database, words).await?;
    let rest = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search_%' \
         OR name LIKE 'sqlite_autoindex_search_%'";
    let rest = number(database, rest).await?;
    let mega = |bytes: i64| bytes / 1_000_000;
    #[expect(clippy::cast_precision_loss, reason = "megabytes")]
    let relation = (words + rest) as f64 / text as f64;
    table.row([
        format!("size of the index of {notes} notes"),
        format!("{} MB of words, {} MB beside them", mega(words), mega(rest)),
        format!("{} MB of text", mega(text)),
        format!("{relation:.2} ×"),
        "≤ 2 ×".into(),
    ]);
    Ok(())
}

async fn ours(core: &Octavo, account: &str) -> Result<Vec<f64>, Fault> {
    let mut times = Vec::new();
    let mut slow = Vec::new();
    for round in 0..ROUNDS {
        for query in queries() {
            let request = SearchRequest {
                account: Some(account.to_owned()),
                query: query.clone(),
                limit: LIMIT,
            };
            let began = Instant::now();
            core.search(request).await.map_err(claim)?;
            let took = millis(began);
            times.push(took);
            if round == 1 {
                slow.push((took, query));
            }
        }
    }
    slow.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (took, query) in slow.iter().take(5) {
        crate::say(&format!("    {took:.1} ms for {query:?}"));
    }
    Ok(times)
}

/// The same texts in an FTS5 table as the book has it.
async fn plain(database: &mut SqliteConnection) -> Result<Vec<f64>, Fault> {
    run(
        database,
        "CREATE VIRTUAL TABLE plain USING fts5(title, body)",
    )
    .await?;
    run(
        database,
        "INSERT INTO plain (rowid, title, body) SELECT rowid, title, body FROM note",
    )
    .await?;
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        for query in queries() {
            let typed: Vec<String> = query.split(' ').map(|word| format!("\"{word}\"")).collect();
            let began = Instant::now();
            let found = sqlx::query(
                "SELECT rowid, highlight(plain, 0, '<', '>'), snippet(plain, 1, '<', '>', '…', 24) \
                 FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT 20",
            );
            let found = found.bind(format!("{} *", typed.join(" ")));
            found.fetch_all(&mut *database).await.map_err(claim)?;
            times.push(millis(began));
        }
    }
    Ok(times)
}

async fn importing(table: &mut Table) -> Verdict {
    const FILES: u32 = 10_000;
    crate::say("  importing …");
    let folder = tempfile::tempdir().map_err(Fault::io("make a folder"))?;
    let files = folder.path().join("files");
    std::fs::create_dir(&files).map_err(Fault::io("make a folder"))?;
    let mut texts = Texts::begin();
    for number in 0..FILES {
        let (title, body) = texts.note();
        let next = (number + 7) % FILES;
        let text = format!(
            "---\ntitle: {title} {number}\ntags: [one, two]\n---\n\n{body}\n\nSee [it](note-{next}.md).\n"
        );
        let file = files.join(format!("note-{number}.md"));
        std::fs::write(file, text).map_err(Fault::io("write a file"))?;
    }
    let core = open(folder.path()).await?;
    let local = core.account_add_local(AccountAddLocal { name: None });
    let account = local.await.map_err(claim)?.id;
    let began = Instant::now();
    let report = core.import(&account, vec![files]).await.map_err(claim)?;
    let seconds = began.elapsed().as_secs_f64();
    core.shutdown(Duration::from_secs(5)).await;
    table.row([
        format!("import of {} linked Markdown files", report.made),
        format!("{seconds:.1} s"),
        "–".into(),
        "–".into(),
        "≤ 60 s".into(),
    ]);
    Ok(())
}
