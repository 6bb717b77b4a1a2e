//! How a page's text becomes another: as text where that can be said, else block by block.

use notion_api::{
    ApiError, Client, ContentUpdate, InsertPosition, MarkdownCommand, PageId, PageMarkdown,
    Position,
};
use notion_markdown::{BlockRequest, BlockUpdate, Reason, Spot, Target, Update, canonical, diff};

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
    let command = match diff(base, wanted) {
        Update::Unchanged => return Ok(None),
        Update::Replace(pairs) => MarkdownCommand::UpdateContent {
            updates: pairs
                .into_iter()
                .map(|pair| ContentUpdate {
                    old_str: pair.old_str,
                    new_str: pair.new_str,
                    replace_all_matches: false,
                })
                .collect(),
            allow_deleting_content: false,
        },
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

/// Whether a page whose text is `now` is our own change from `base` to `wanted`, cut off on the way.
pub(super) fn is_halfway(base: &str, wanted: &str, now: &str) -> bool {
    match change(base, wanted) {
        Ok(Some(Change::Blocks(update))) => update.led_to(base, now),
        _ => false,
    }
}

fn refused(message: String) -> Fault {
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
            Sender::new(client, page, update).await?.send().await?;
            Ok(Some(client.markdown(page).await?))
        }
    }
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

    async fn send(mut self) -> Result<(), Fault> {
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
                    self.client
                        .update_block(&self.old_id(block)?, fields)
                        .await?;
                }
                BlockRequest::Delete { block } => {
                    self.client.delete_block(&self.old_id(block)?).await?;
                }
            }
            self.new.push(made);
        }
        Ok(())
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
