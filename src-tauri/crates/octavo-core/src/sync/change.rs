//! How a page's text becomes another: as text where that can be said, else block by block.

use notion_api::{
    ApiError, Block, Client, ContentUpdate, InsertPosition, MarkdownCommand, PageId, PageMarkdown,
    Position,
};
use notion_markdown::{
    BlockRequest, BlockUpdate, Merge, Reason, Replacement, Spot, Target, Update, apply, canonical,
    diff, merge,
};

use serde_json::Value;

use super::Fault;

/// What to send so that a page gets another text.
#[derive(Debug)]
pub(super) enum Change {
    /// One request.
    Text(MarkdownCommand),
    /// Several, to single blocks.
    Blocks(Box<BlockUpdate>),
}

/// What turns the page's text into `wanted`; none if both mean the same.
pub(super) fn change(base: &str, wanted: &str) -> Result<Option<Change>, Fault> {
    change_of(diff(base, wanted), base, wanted)
}

/// How to send an update from `base` to `wanted`.
pub(super) fn change_of(update: Update, base: &str, wanted: &str) -> Result<Option<Change>, Fault> {
    let command = match update {
        Update::Unchanged => return Ok(None),
        Update::Replace(pairs) => update_content(&pairs),
        Update::Blocks(update) if update.reason == Reason::EmptyPage => {
            MarkdownCommand::InsertContent {
                content: wanted.to_owned(),
                position: InsertPosition::Start,
            }
        }
        Update::Blocks(update) if update.reason == Reason::NothingLeft && may_be_replaced(base) => {
            MarkdownCommand::ReplaceContent {
                new_str: wanted.to_owned(),
                allow_deleting_content: false,
            }
        }
        Update::Blocks(update) => return Ok(Some(Change::Blocks(Box::new(update)))),
        Update::Refused(refusal) => return Err(refused(refusal.to_string())),
    };
    Ok(Some(Change::Text(command)))
}

/// Search-and-replace pairs as one command.
fn update_content(pairs: &[Replacement]) -> MarkdownCommand {
    let updates = pairs.iter().map(|pair| ContentUpdate {
        old_str: pair.old_str.clone(),
        new_str: pair.new_str.clone(),
        replace_all_matches: false,
    });
    MarkdownCommand::UpdateContent {
        updates: updates.collect(),
        allow_deleting_content: false,
    }
}

/// What a page's text says of a change of ours that may have arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrival {
    /// All of it is there, be it among changes of others.
    Whole,
    /// It was cut off on the way, and nobody else wrote.
    Halfway,
    /// Nothing of it can be seen.
    Nothing,
}

/// How far our own change from `base` to `wanted` came, if the page's text is `now`.
pub(super) fn arrival(base: &str, wanted: &str, now: &str) -> Arrival {
    let (base_text, wanted_text, now_text) = (canonical(base), canonical(wanted), canonical(now));
    // Both made the same change: what is there would not grow by making it once more.
    if let Merge::Clean(text) = merge(&base_text, &wanted_text, &now_text)
        && canonical(&text) == now_text
    {
        return Arrival::Whole;
    }
    let halfway = match diff(base, wanted) {
        Update::Blocks(update) => update.led_to(base, now),
        // Notion may carry out pairs one by one.
        Update::Replace(pairs) => (1..pairs.len()).any(|done| {
            let text = pairs.get(..done).and_then(|pairs| apply(base, pairs));
            text.is_some_and(|text| canonical(&text) == now_text)
        }),
        Update::Unchanged | Update::Refused(_) => false,
    };
    if halfway {
        Arrival::Halfway
    } else {
        Arrival::Nothing
    }
}

pub(super) fn refused(message: String) -> Fault {
    Fault::Api(ApiError::InvalidRequest { message })
}

/// A page with child pages, files or parts that Markdown cannot say is never replaced as a whole.
fn may_be_replaced(markdown: &str) -> bool {
    ![
        "<page ",
        "<database ",
        "<unknown",
        "<file ",
        "<pdf ",
        "<audio ",
        "<video ",
        "![",
        "<synced_block",
        "<meeting-notes",
    ]
    .iter()
    .any(|part| markdown.contains(part))
}

/// Sends a change of a page whose text is `base`; answers the text afterwards. None if the page does not have
/// that text any more and nothing was sent.
pub(super) async fn send(
    client: &Client,
    page: &PageId,
    base: &str,
    change: &Change,
) -> Result<Option<PageMarkdown>, Fault> {
    match change {
        Change::Text(command) => Ok(Some(client.update_markdown(page, command).await?)),
        Change::Blocks(update) => {
            // Blocks are named by their place: the text has to be the one the places were counted in.
            let now = client.markdown(page).await?;
            if now.truncated || canonical(&now.markdown) != canonical(base) {
                return Ok(None);
            }
            let sender = Sender::new(client, page, update).await?;
            if sender.send().await? == Sending::Overtaken {
                return Ok(None);
            }
            Ok(Some(client.markdown(page).await?))
        }
    }
}

/// How block requests ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sending {
    Done,
    /// Somebody wrote in a block that was to be replaced: it was left as it is.
    Overtaken,
}

/// Carries out the requests of a [`BlockUpdate`].
struct Sender<'a> {
    client: &'a Client,
    page: &'a PageId,
    update: &'a BlockUpdate,
    /// Ids of the children of each list that was read.
    old: Vec<(&'a [usize], Vec<PageId>)>,
    /// Ids of what each request made.
    new: Vec<Vec<PageId>>,
}

impl<'a> Sender<'a> {
    /// Reads the ids of the blocks that are there.
    async fn new(
        client: &'a Client,
        page: &'a PageId,
        update: &'a BlockUpdate,
    ) -> Result<Self, Fault> {
        let mut sender = Self {
            client,
            page,
            update,
            old: Vec::new(),
            new: Vec::new(),
        };
        for list in &update.lists {
            let parent = if list.parent.is_empty() {
                *page
            } else {
                sender.old_id(&list.parent)?
            };
            let children = client.all_children(&parent).await?;
            let kinds: Vec<&str> = children.iter().map(|block| block.kind.as_str()).collect();
            if !list.fits(&kinds) {
                return Err(unlike());
            }
            let ids = children.iter().map(|block| block.id).collect();
            sender.old.push((&list.parent, ids));
        }
        Ok(sender)
    }

    fn old_id(&self, path: &[usize]) -> Result<PageId, Fault> {
        let (at, parent) = path.split_last().ok_or_else(unlike)?;
        let lists = self.old.iter();
        let mut lists = lists.filter(|(path, _)| *path == parent);
        let ids = lists.next().map(|(_, ids)| ids);
        ids.and_then(|ids| ids.get(*at)).copied().ok_or_else(unlike)
    }

    fn id(&self, target: &Target) -> Result<PageId, Fault> {
        match target {
            Target::Page => Ok(*self.page),
            Target::Old(path) => self.old_id(path),
            Target::New { request, child } => {
                let made = self.new.get(*request);
                let id = made.and_then(|made| made.get(*child)).copied();
                id.ok_or_else(unlike)
            }
        }
    }

    /// Sends the requests. Blocks have no condition to be written under, as texts do: what is replaced is
    /// looked at right before, and what was taken out right after, where it can still be put back.
    async fn send(mut self) -> Result<Sending, Fault> {
        for request in &self.update.requests {
            let mut made = Vec::new();
            match request {
                BlockRequest::Insert {
                    parent,
                    spot,
                    children,
                } => {
                    let position = match spot {
                        Spot::Start => Position::PageStart,
                        Spot::End => Position::PageEnd,
                        Spot::After(target) => Position::AfterBlock(self.id(target)?),
                    };
                    let parent = self.id(parent)?;
                    let answer = self
                        .client
                        .append_children(&parent, children, Some(position))
                        .await?;
                    made = answer.results.iter().map(|block| block.id).collect();
                }
                BlockRequest::Change { block, fields } => {
                    let id = self.old_id(block)?;
                    if !self.knows(block, self.client.block(&id).await?) {
                        return Ok(Sending::Overtaken);
                    }
                    self.client.update_block(&id, fields).await?;
                }
                BlockRequest::Delete { block } => {
                    let id = self.old_id(block)?;
                    if !self.knows(block, self.client.delete_block(&id).await?) {
                        self.client.restore_block(&id).await?;
                        return Ok(Sending::Overtaken);
                    }
                }
            }
            self.new.push(made);
        }
        Ok(Sending::Done)
    }

    fn knows(&self, place: &[usize], block: Block) -> bool {
        self.update.knows(place, &Value::Object(block.raw))
    }
}

/// The blocks of the page are not those its text shows.
fn unlike() -> Fault {
    refused(
        "this change has to be made block by block, and the page's blocks are not what its text shows. It stays \
         here; change a smaller part, or edit it in Notion."
            .to_owned(),
    )
}
