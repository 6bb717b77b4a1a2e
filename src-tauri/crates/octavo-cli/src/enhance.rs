//! `octavo enhance`

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use octavo_contract::{
    AccountRef, AssistNote, AssistPart, EnhanceAccept, Enhancement, NoteRef, Proposed,
    ProposedReason, SearchRequest,
};
use octavo_core::{Act, Octavo};
use serde_json::json;

use crate::{
    ask::{previewed, what_was_sent},
    failure::Failure,
    history::marked,
    note::{named, settled},
    output::Outcome,
    words,
};

/// A search finds no more.
const MOST: u32 = 200;

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(crate) struct Enhance {
    /// The note's id.
    #[arg(group = "which")]
    pub(crate) id: Option<String>,
    /// All notes of the account, as one act that can be undone.
    #[arg(long, group = "which", requires = "apply")]
    pub(crate) all: bool,
    /// The notes that a search finds (200 at most), as one act that can be undone.
    #[arg(long, value_name = "QUERY", group = "which", requires = "apply")]
    pub(crate) search: Option<String>,
    /// Lists the acts over many notes.
    #[arg(long, group = "which")]
    pub(crate) acts: bool,
    /// Undoes an act: its notes are as before, but for those that were changed since.
    #[arg(long, value_name = "ACT", group = "which")]
    pub(crate) undo: Option<String>,
    /// Takes these proposals over; `octavo note history ID --restore VERSION` undoes it.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) apply: Vec<Part>,
    /// Shows the note to the account's model; see `octavo models`.
    #[arg(long)]
    pub(crate) model: bool,
    /// Prints what would be sent to the model, and to whom; nothing is sent.
    #[arg(long, requires = "id", conflicts_with = "apply")]
    pub(crate) preview: bool,
}

/// What of a note a proposal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Its title.
    Title,
    /// Its type.
    Type,
    /// Its tags.
    Tags,
    /// Its text.
    Text,
    /// What it says, in short; a model only.
    Summary,
    /// What is to be done, as to-dos; a model only.
    Actions,
}

impl Part {
    const ALL: [Self; 6] = [
        Self::Title,
        Self::Type,
        Self::Tags,
        Self::Text,
        Self::Summary,
        Self::Actions,
    ];

    fn of_model(self) -> AssistPart {
        match self {
            Self::Title => AssistPart::Title,
            Self::Type => AssistPart::Type,
            Self::Tags => AssistPart::Tags,
            Self::Text => AssistPart::Text,
            Self::Summary => AssistPart::Summary,
            Self::Actions => AssistPart::Actions,
        }
    }
}

/// `enhance …`
pub(crate) async fn enhance(
    core: &Octavo,
    account: Option<&str>,
    asked: Enhance,
) -> Result<Outcome, Failure> {
    if let Some(id) = &asked.id {
        let note = named(core, account, id.clone()).await?;
        return one(core, note, &asked).await;
    }
    let account = core.find_account(account).await?.id;
    if asked.acts {
        let acts = core.acts(&account).await?;
        let lines: String = acts.iter().map(act_line).collect();
        return Outcome::new(&acts, lines);
    }
    if let Some(act) = &asked.undo {
        let undone = core.act_undo(&account, act).await?;
        let back = undone.back.len();
        let mut outcome = Outcome::new(&undone, format!("As before: {}", counted(back)))?;
        for note in &undone.changed {
            let line = format!("Left alone, because it was changed since: {note}");
            outcome = outcome.remark(line);
        }
        return Ok(outcome);
    }
    many(core, account, &asked).await
}

/// Says what could be made better of a note; with `--apply`, does what was named.
async fn one(core: &Octavo, note: NoteRef, asked: &Enhance) -> Result<Outcome, Failure> {
    if asked.preview {
        let preview = core.assist_preview(to_model(&note, &asked.apply)).await?;
        return Outcome::new(&preview, previewed(&preview));
    }
    let found = proposed(core, &note, asked).await?;
    if asked.apply.is_empty() {
        let words = said(&found);
        let mut outcome = Outcome::new(&found, &words)?;
        if words.is_empty() {
            outcome = outcome.remark("There is nothing to propose: the note is fine as it is.");
        }
        for left_out in &found.left_out {
            outcome = outcome.remark(left_out);
        }
        if let Some(sent) = &found.sent {
            outcome = outcome.remark(what_was_sent(sent));
        }
        return Ok(outcome);
    }
    let sent = found.sent.as_ref().map(what_was_sent);
    let accepted = accepted(found, &asked.apply);
    core.enhance_accept(accepted).await?;
    let outcome = settled(core, note).await?;
    Ok(match sent {
        Some(sent) => outcome.remark(sent),
        None => outcome,
    })
}

/// Takes the proposals for many notes over, as one act. What fails for one note is told, and the others
/// go on.
async fn many(core: &Octavo, account: String, asked: &Enhance) -> Result<Outcome, Failure> {
    core.search_prepare(&account).await?;
    let (notes, what) = chosen(core, &account, asked).await?;
    let act = core.act_begin(&account, &what).await?;
    let (mut changed, mut failed) = (0, Vec::new());
    for id in &notes {
        let note = NoteRef {
            account: account.clone(),
            note: id.clone(),
        };
        match taken_over(core, &act, &note, asked).await {
            Ok(true) => changed += 1,
            Ok(false) => {}
            Err(failure) => failed.push((id.clone(), failure.to_string())),
        }
    }
    let failures: Vec<_> = (failed.iter())
        .map(|(note, why)| json!({ "note": note, "why": why }))
        .collect();
    let document = json!({
        "act": act, "looked_at": notes.len(), "changed": changed, "failed": failures,
    });
    let mut outcome = Outcome::new(document, format!("Changed: {}  {act}", counted(changed)))?;
    for (note, why) in &failed {
        outcome = outcome.remark(format!("{note}: {why}"));
    }
    Ok(if changed > 0 {
        outcome.remark(format!(
            "To have all of them back: octavo enhance --undo {act}"
        ))
    } else {
        outcome
    })
}

async fn taken_over(
    core: &Octavo,
    act: &str,
    note: &NoteRef,
    asked: &Enhance,
) -> Result<bool, Failure> {
    let found = proposed(core, note, asked).await?;
    let version = found.version;
    let accepted = accepted(found, &asked.apply);
    Ok(core.enhance_accept_in(act, accepted).await?.version != version)
}

/// The notes that are asked for, and how they were.
async fn chosen(
    core: &Octavo,
    account: &str,
    asked: &Enhance,
) -> Result<(Vec<String>, String), Failure> {
    let Some(query) = &asked.search else {
        let list = AccountRef {
            account: account.to_owned(),
        };
        let notes = core.note_list(list).await?.notes;
        let notes = notes.into_iter().map(|note| note.id).collect();
        return Ok((notes, "all notes".to_owned()));
    };
    let request = SearchRequest {
        account: Some(account.to_owned()),
        query: query.clone(),
        limit: MOST,
    };
    let hits = core.search(request).await?.hits;
    let notes = hits.into_iter().map(|hit| hit.note.id).collect();
    Ok((notes, format!("notes found by {query}")))
}

async fn proposed(core: &Octavo, note: &NoteRef, asked: &Enhance) -> Result<Enhancement, Failure> {
    Ok(if asked.model {
        core.assist_note(to_model(note, &asked.apply)).await?
    } else {
        core.enhance(note.clone()).await?
    })
}

fn to_model(note: &NoteRef, parts: &[Part]) -> AssistNote {
    let parts = if parts.is_empty() { &Part::ALL } else { parts };
    AssistNote {
        account: note.account.clone(),
        note: note.note.clone(),
        parts: parts.iter().map(|part| part.of_model()).collect(),
        request: "enhance".to_owned(),
        agreed: false,
    }
}

fn counted(notes: usize) -> String {
    words::count(u64::try_from(notes).unwrap_or(u64::MAX), "note")
}

fn act_line(act: &Act) -> String {
    let undone = if act.undone {
        ", undone but for these"
    } else {
        ""
    };
    let notes = usize::try_from(act.notes).unwrap_or_default();
    let (at, notes) = (words::moment(act.at), counted(notes));
    format!("{}  {at}  {}: {notes}{undone}\n", act.id, act.words)
}

fn accepted(found: Enhancement, parts: &[Part]) -> EnhanceAccept {
    let wanted = |part| parts.contains(&part);
    let value = |proposed: Proposed| proposed.value;
    EnhanceAccept {
        account: found.account,
        note: found.note,
        base_version: found.version,
        title: found.title.filter(|_| wanted(Part::Title)).map(value),
        note_type: found.note_type.filter(|_| wanted(Part::Type)).map(value),
        tags: if wanted(Part::Tags) {
            found.tags.into_iter().map(value).collect()
        } else {
            Vec::new()
        },
        body: found
            .text
            .filter(|_| wanted(Part::Text))
            .map(|text| text.body),
        summary: found.summary.filter(|_| wanted(Part::Summary)),
        actions: if wanted(Part::Actions) {
            found.actions
        } else {
            Vec::new()
        },
    }
}

fn said(found: &Enhancement) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: &str, why: &str| {
        out.extend([&format!("{name:6} "), value, "  (", why, ")\n"]);
    };
    if let Some(title) = &found.title {
        line("title", &title.value, &why(&title.reason));
    }
    if let Some(note_type) = &found.note_type {
        line("type", &note_type.value, &why(&note_type.reason));
    }
    for tag in &found.tags {
        line("tag", &format!("#{}", tag.value), &why(&tag.reason));
    }
    for link in &found.links {
        let why = link.mention.as_ref().map_or_else(
            || "reads alike".to_owned(),
            |words| format!("named here as “{words}”"),
        );
        line("link", &format!("{}  {}", link.note, link.title), &why);
    }
    if let Some(summary) = &found.summary {
        let _ = writeln!(out, "summary  {summary}");
    }
    for action in &found.actions {
        let _ = writeln!(out, "to do  {action}");
    }
    if let Some(text) = &found.text {
        let what = if found.sent.is_some() {
            "as the model would have it"
        } else {
            "the same words in tidier Markdown"
        };
        let _ = write!(out, "text   {what}:\n\n");
        if !text.dropped.is_empty() {
            let _ = writeln!(out, "Words that are gone: {}\n", text.dropped.join(", "));
        }
        out.push_str(&marked(&text.difference));
        if !out.ends_with('\n') {
            out.push('\n');
        }
    }
    out
}

fn why(reason: &ProposedReason) -> String {
    match reason {
        ProposedReason::FirstHeading => "its first heading".to_owned(),
        ProposedReason::FirstWords => "its first words".to_owned(),
        ProposedReason::Words { words } => format!("says “{}”", words.join("”, “")),
        ProposedReason::Todos { count } => format!("{count} of its lines are to-dos"),
        ProposedReason::Facts { count } => {
            format!("{count} numbers, tables, pieces of code and addresses")
        }
        ProposedReason::LikeNotes { count: 1 } => "a note that reads alike has it".to_owned(),
        ProposedReason::LikeNotes { count } => format!("{count} notes that read alike have it"),
        ProposedReason::Model => "a model proposes it".to_owned(),
        ProposedReason::Marks => "only marks and blanks change".to_owned(),
    }
}
