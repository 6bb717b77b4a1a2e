//! `octavo links` and `octavo link`

use octavo_contract::{
    AccountRef, Backlink, BrokenLink, LinkMake, LinkSearch, LinkState, LinkedFromChange, NoteLink,
    NoteName, NoteRef,
};
use octavo_core::Octavo;
use serde_json::json;

use crate::{
    args::{LinkCommand, Links, Switch},
    failure::Failure,
    note,
    output::Outcome,
    words,
};

/// `links`
pub(crate) async fn links(
    core: &Octavo,
    account: Option<&str>,
    asked: Links,
) -> Result<Outcome, Failure> {
    let account = core.find_account(account).await?.id;
    let Some(id) = asked.id else {
        return report(core, account).await;
    };
    let named = NoteRef { account, note: id };
    if asked.mentions {
        let found = core.note_mentions(named).await?;
        let words: String = found.mentions.iter().map(backlink).collect();
        return Outcome::new(&found, words);
    }
    let found = core.note_links(named).await?;
    let outgoing: String = found.outgoing.iter().map(link).collect();
    let backlinks: String = found.backlinks.iter().map(backlink).collect();
    let words = format!("Links to\n{outgoing}Linked from\n{backlinks}");
    Outcome::new(&found, words)
}

async fn report(core: &Octavo, account: String) -> Result<Outcome, Failure> {
    let found = core.link_report(AccountRef { account }).await?;
    let broken: String = found.broken.iter().map(broken).collect();
    let orphans: String = found.orphans.iter().map(name).collect();
    let words = format!("Links that lead nowhere\n{broken}Notes without links\n{orphans}");
    Outcome::new(&found, words)
}

/// `link …`
pub(crate) async fn asked(
    core: &Octavo,
    account: Option<&str>,
    asked: LinkCommand,
) -> Result<Outcome, Failure> {
    let account = core.find_account(account).await?.id;
    match asked {
        LinkCommand::Make { id, target, name } => {
            let make = LinkMake {
                account: account.clone(),
                note: id.clone(),
                name,
                target,
            };
            core.link_make(make).await?;
            note::settled(core, NoteRef { account, note: id }).await
        }
        LinkCommand::Find { words: text } => {
            let found = core.link_targets(LinkSearch { account, text }).await?;
            let words: String = found.notes.iter().map(name).collect();
            Outcome::new(&found, words)
        }
        LinkCommand::Sections { switch } => {
            let on = switch.map(|switch| switch == Switch::On);
            let change = LinkedFromChange {
                account: account.clone(),
                on,
            };
            let now = core.linked_from(change).await?;
            if on.is_some() && core.find_account(Some(&account)).await?.home.is_some() {
                core.sync_now(AccountRef { account }).await?;
            }
            let words = if now.on { "on" } else { "off" };
            Outcome::new(now, format!("Lists of backlinks in Notion are {words}."))
        }
        LinkCommand::Rebuild => {
            core.links_rebuild(AccountRef { account }).await?;
            Outcome::new(
                json!({"rebuilt": true}),
                "All links were read anew.".to_owned(),
            )
        }
    }
}

fn name(note: &NoteName) -> String {
    format!(
        "  {}  {}\n",
        note.note,
        words::text_or(&note.title, "(empty)")
    )
}

fn link(link: &NoteLink) -> String {
    let target = match (&link.target, &link.address) {
        (Some(target), _) => format!(
            "{}  {}",
            target.note,
            words::text_or(&target.title, "(empty)")
        ),
        (None, Some(address)) => format!("{address}  {}", link.text),
        (None, None) => link.text.clone(),
    };
    let state = match link.state {
        LinkState::Note => "",
        LinkState::Trashed => "  [in the trash]",
        LinkState::Gone => "  [deleted]",
        LinkState::Unknown => "  [no note has this title]",
        LinkState::Ambiguous => "  [several notes have this title]",
        LinkState::Outside => "  [a page outside these notes]",
    };
    let candidate = |note: &NoteName| format!("  {}", name(note));
    let candidates: String = link.candidates.iter().map(candidate).collect();
    format!("  {target}{state}\n      {}\n{candidates}", link.sentence)
}

fn broken(broken: &BrokenLink) -> String {
    format!(
        "  in {}{}",
        name(&broken.from).trim_start(),
        link(&broken.link)
    )
}

fn backlink(backlink: &Backlink) -> String {
    let indented = |sentence: &String| format!("      {sentence}\n");
    let sentences: String = backlink.sentences.iter().map(indented).collect();
    format!("{}{sentences}", name(&backlink.from))
}
