//! A note of twenty thousand words that both sides changed: brought together, told as the smallest change, and
//! stored.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use notion_markdown::{Merge, Update, apply, canonical, diff, merge};
use octavo_contract::{AccountAddLocal, NoteCreate, NoteSave, NoteView};
use octavo_core::Octavo;

use crate::{Outcome, Row, config, middle_and_highest, millis};

const PARAGRAPHS: usize = 500;
const WORDS: usize = 40;
const ROUNDS: usize = 40;
/// So many paragraphs each side changes, none of them the other's.
const CHANGES: usize = 10;
/// Between two changes what follows from a save (search, links) is over.
const REST: Duration = Duration::from_millis(300);

pub(crate) async fn measure() -> Outcome<Row> {
    let folder = tempfile::tempdir()?;
    let core = Octavo::open(config(folder.path(), "http://127.0.0.1:9")?).await?;
    let base = text(|_| "");
    let mut note = first(&core, &base).await?;
    let (mut whole, mut parts) = (Vec::new(), [Vec::new(), Vec::new(), Vec::new()]);
    for round in 0..ROUNDS {
        tokio::time::sleep(REST).await;
        let mine = text(|at| changed(at, round, "here"));
        let theirs = text(|at| changed(at, round + 3, "there"));
        let began = Instant::now();
        let theirs = canonical(&theirs);
        let Merge::Clean(both) = merge(&canonical(&base), &canonical(&mine), &theirs) else {
            return Err("changes of different paragraphs did not go together".into());
        };
        let merged = millis(began);
        let update = diff(&theirs, &both);
        let told = millis(began);
        let save = NoteSave {
            account: note.account.clone(),
            note: note.id.clone(),
            base_version: note.version,
            title: note.title.clone(),
            body: both.clone(),
        };
        note = core.note_save(save).await?.note;
        let stored = millis(began);
        check(&theirs, &both, &update)?;
        whole.push(stored);
        for (part, took) in parts.iter_mut().zip([merged, told - merged, stored - told]) {
            part.push(took);
        }
    }
    let words = base.split_whitespace().count();
    let (median, highest) = middle_and_highest(whole);
    let parts = parts.map(|part| format!("{:.1}", middle_and_highest(part).0));
    core.shutdown(Duration::from_secs(5)).await;
    Ok([
        format!(
            "a note of {words} words, {CHANGES} paragraphs changed on each side: merged, told as a change, stored \
             (p50, highest of {ROUNDS})"
        ),
        format!("{median:.1} ms, {highest:.1} ms"),
        format!("{} ms each", parts.join(" + ")),
        "–".to_owned(),
        "≤ 50 ms".to_owned(),
    ])
}

/// The note as it is in an account of its own.
async fn first(core: &Octavo, body: &str) -> Outcome<NoteView> {
    let account = core
        .account_add_local(AccountAddLocal { name: None })
        .await?;
    let new = NoteCreate {
        account: account.id,
        title: "A long one".to_owned(),
        body: body.to_owned(),
        note_type: None,
        tags: Vec::new(),
    };
    Ok(core.note_create(new).await?)
}

/// Headings, paragraphs and lists; behind a paragraph stands what `end` answers for it.
fn text(end: impl Fn(usize) -> &'static str) -> String {
    let mut text = String::new();
    for at in 0..PARAGRAPHS {
        match at % 5 {
            0 => {
                let _ = write!(text, "## Part {at}\n\n");
            }
            3 => text.push_str("- "),
            _ => {}
        }
        for word in 0..WORDS {
            let _ = write!(text, "word{} ", (at * 31 + word * 7) % 4_001);
        }
        let _ = write!(text, "of *paragraph {at}*{}.\n\n", end(at));
    }
    text
}

/// Every side has its own paragraphs, others in every round.
fn changed(at: usize, round: usize, word: &'static str) -> &'static str {
    let every = PARAGRAPHS / CHANGES;
    let of_side = if word == "here" { 0 } else { every / 2 };
    if (at + round * 2) % every == of_side {
        if word == "here" { " here" } else { " there" }
    } else {
        ""
    }
}

/// The change makes one text of the other, and is small.
fn check(from: &str, to: &str, update: &Update) -> Outcome<()> {
    let Update::Replace(pairs) = update else {
        return Err("small changes were told as a whole new text".into());
    };
    if canonical(&apply(from, pairs).ok_or("the change fits nowhere")?) == canonical(to) {
        Ok(())
    } else {
        Err("the change does not make one text of the other".into())
    }
}
