//! The questions about Notion that only a real account can settle, as far as a program can ask them.

use std::time::Duration;

use futures::TryStreamExt;
use notion_api::{
    ApiError, Block, Client, CommentOn, CommentText, InsertPosition, MarkdownCommand, NewPage,
    Owner, Page, PageId, PageUpdate, Parent, SearchRequest,
};
use serde_json::{Value, json};
use tokio::time::Instant;

/// What was found out about one question.
#[derive(Debug)]
pub(crate) struct Finding {
    /// Its number in the reference's list.
    pub(crate) question: u8,
    /// The question in a few words.
    pub(crate) asked: &'static str,
    /// What Notion does, or why that is not known.
    pub(crate) answer: String,
}

/// A question that needs more than a token, and how a person finds the answer.
pub(crate) struct ByHand {
    /// Its number in the reference's list.
    pub(crate) question: u8,
    /// The question in a few words.
    pub(crate) asked: &'static str,
    /// What to do.
    pub(crate) how: &'static str,
}

/// What needs more than a token.
pub(crate) const BY_HAND: [ByHand; 5] = [
    ByHand {
        question: 1,
        asked: "which redirect addresses does the portal take",
        how: "enter http://localhost:8080/c, http://127.0.0.1:8080/c and octavo://c in a public connection",
    },
    ByHand {
        question: 2,
        asked: "does an access token expire by itself",
        how: "sign in, leave it alone for a month, and see whether the token is refused",
    },
    ByHand {
        question: 3,
        asked: "does a second sign-in end the first",
        how: "sign in on two computers, then make a note on the first",
    },
    ByHand {
        question: 4,
        asked: "what does a used code answer",
        how: "send one code to /v1/oauth/token twice, and look at the second body",
    },
    ByHand {
        question: 10,
        asked: "do two accounts of a workspace share a budget",
        how: "with two tokens, send 170 requests each within a minute, and see whether 429 comes",
    },
];

impl ByHand {
    /// What the person said about it.
    pub(crate) fn settled(&self, said: &str) -> Finding {
        let answer = match said.trim() {
            "" => format!("open: {}", self.how),
            said => format!("by hand: {said}"),
        };
        Finding {
            question: self.question,
            asked: self.asked,
            answer,
        }
    }
}

/// Asks everything a program can ask below a page of its own, which goes to the trash afterwards.
///
/// `patience` is how long to wait for the search to find a new page.
pub(crate) async fn all(
    client: &Client,
    under: PageId,
    patience: Duration,
) -> Result<Vec<Finding>, ApiError> {
    let mut page = NewPage::new(Parent::Page(under), "Octavo live check");
    page.markdown = Some("This page is in the trash when the check is over.".to_owned());
    let own = client.create_page(&page).await?;
    let mut findings = contents(client, own.id).await;
    findings.extend(the_rest(client, own.id, patience).await);
    let trash = PageUpdate {
        in_trash: Some(true),
        ..PageUpdate::default()
    };
    client.update_page(&own.id, &trash).await?;
    Ok(findings)
}

impl Finding {
    fn new(question: u8, asked: &'static str, answer: Result<String, ApiError>) -> Self {
        Self {
            question,
            asked,
            answer: answer.unwrap_or_else(|error| format!("not settled: {error}")),
        }
    }
}

/// The questions about content and what becomes of it.
async fn contents(client: &Client, own: PageId) -> Vec<Finding> {
    vec![
        Finding::new(
            5,
            "does replace_content keep the ids of unchanged blocks",
            kept_ids(client, own).await,
        ),
        Finding::new(
            5,
            "do comments outlive replace_content",
            kept_comments(client, own).await,
        ),
        Finding::new(
            6,
            "what does <page url> of an existing page do",
            moved(client, own).await,
        ),
        Finding::new(
            7,
            "how much Markdown is taken at once",
            sizes(client, own).await,
        ),
        Finding::new(
            11,
            "are mailto: links taken",
            linked(client, own, "mailto:a@example.org").await,
        ),
        Finding::new(
            11,
            "are relative links taken",
            linked(client, own, "/a-page").await,
        ),
        Finding::new(
            11,
            "is a mention of an unknown page taken",
            mentioned(client, own).await,
        ),
    ]
}

/// The questions about times, search and the token.
async fn the_rest(client: &Client, own: PageId, patience: Duration) -> Vec<Finding> {
    vec![
        Finding::new(
            8,
            "how fine is last_edited_time",
            granularity(client, own).await,
        ),
        Finding::new(
            8,
            "does a child_page block tell of edits of its content",
            told(client, own).await,
        ),
        Finding::new(
            9,
            "when does the search find a new page",
            lag(client, own, patience).await,
        ),
        Finding::new(
            12,
            "what does users/me tell of this token",
            who(client).await,
        ),
    ]
}

async fn page_with(
    client: &Client,
    under: PageId,
    title: &str,
    text: &str,
) -> Result<Page, ApiError> {
    let mut page = NewPage::new(Parent::Page(under), title);
    page.markdown = Some(text.to_owned());
    client.create_page(&page).await
}

async fn children(client: &Client, id: PageId) -> Result<Vec<Block>, ApiError> {
    client.children_stream(id).try_collect().await
}

fn replace(new_str: &str) -> MarkdownCommand {
    MarkdownCommand::ReplaceContent {
        new_str: new_str.to_owned(),
        allow_deleting_content: false,
    }
}

async fn kept_ids(client: &Client, own: PageId) -> Result<String, ApiError> {
    let page = page_with(client, own, "Ids", "one\ntwo\nthree").await?;
    let before = children(client, page.id).await?;
    client
        .update_markdown(&page.id, &replace("one\nanother\nthree"))
        .await?;
    let after = children(client, page.id).await?;
    let kept = after
        .iter()
        .filter(|block| before.iter().any(|old| old.id == block.id))
        .count();
    Ok(format!(
        "{kept} of {} ids are kept when one of {} blocks changes",
        before.len(),
        before.len()
    ))
}

async fn kept_comments(client: &Client, own: PageId) -> Result<String, ApiError> {
    let page = page_with(client, own, "Comments", "one\ntwo").await?;
    let Some(block) = children(client, page.id).await?.into_iter().next() else {
        return Ok("not settled: the page came out empty".to_owned());
    };
    let text = CommentText::Plain("A comment".to_owned());
    match client
        .create_comment(CommentOn::Block(block.id), &text)
        .await
    {
        Err(ApiError::RestrictedResource { .. }) => {
            return Ok("not settled: this token may not comment".to_owned());
        }
        other => other?,
    };
    client
        .update_markdown(&page.id, &replace("one\nanother"))
        .await?;
    let left = match client.comments(&block.id, None).await {
        Err(ApiError::NotFound { .. } | ApiError::Gone { .. }) => 0,
        other => other?.results.len(),
    };
    Ok(if left > 0 { "yes" } else { "no" }.to_owned())
}

async fn moved(client: &Client, own: PageId) -> Result<String, ApiError> {
    let other = page_with(client, own, "Moved", "text").await?;
    let target = page_with(client, own, "Target", "text").await?;
    let address = other.url.unwrap_or_default();
    let command = MarkdownCommand::InsertContent {
        content: format!("<page url=\"{address}\">Moved</page>"),
        position: InsertPosition::End,
    };
    match client.update_markdown(&target.id, &command).await {
        Err(ApiError::Validation { message, .. }) => return Ok(format!("refused: {message}")),
        other => other?,
    };
    let parent = client.page(&other.id).await?.parent;
    Ok(if parent == Parent::Page(target.id) {
        "moves the page".to_owned()
    } else if parent == Parent::Page(own) {
        "leaves the page where it is".to_owned()
    } else {
        format!("puts the page elsewhere: {parent:?}")
    })
}

async fn sizes(client: &Client, own: PageId) -> Result<String, ApiError> {
    let mut said = Vec::new();
    let long_line = "word ".repeat(300);
    for (name, text) in [
        ("450 KB", format!("{long_line}\n").repeat(300)),
        ("600 KB", format!("{long_line}\n").repeat(400)),
        ("1,200 blocks", "line\n".repeat(1200)),
    ] {
        let taken = match page_with(client, own, name, &text).await {
            Ok(_) => "taken".to_owned(),
            Err(ApiError::Validation { code, field, .. }) => {
                format!("refused ({code}, {})", field.unwrap_or_default())
            }
            Err(ApiError::Edge { status, .. }) => format!("refused at the edge ({status})"),
            Err(other) => return Err(other),
        };
        said.push(format!("{name}: {taken}"));
    }
    Ok(said.join("; "))
}

async fn granularity(client: &Client, own: PageId) -> Result<String, ApiError> {
    let page = page_with(client, own, "Time", "text").await?;
    let mut finest = 60_000;
    for round in 0..3 {
        let update = PageUpdate {
            title: Some(format!("Time {round}")),
            ..PageUpdate::default()
        };
        let edited = client
            .update_page(&page.id, &update)
            .await?
            .last_edited_time;
        for grain in [1_000, 1] {
            if edited % 60_000 != 0 && edited % grain == 0 {
                finest = finest.min(grain);
                break;
            }
        }
    }
    Ok(match finest {
        1 => "a millisecond",
        1_000 => "a second",
        _ => "a minute",
    }
    .to_owned())
}

async fn told(client: &Client, own: PageId) -> Result<String, ApiError> {
    let page = page_with(client, own, "Told", "text").await?;
    client
        .update_markdown(&page.id, &replace("other text"))
        .await?;
    let itself = client.page(&page.id).await?.last_edited_time;
    let block = client.block(&page.id).await?.last_edited_time;
    Ok(if itself == block {
        "yes: page and block have the same time".to_owned()
    } else {
        format!("no: they are {} ms apart", (itself - block).abs())
    })
}

async fn lag(client: &Client, own: PageId, patience: Duration) -> Result<String, ApiError> {
    let word = format!("Octavo{:x}", rand::random::<u64>());
    let page = page_with(client, own, &word, "text").await?;
    let begun = Instant::now();
    let request = SearchRequest {
        query: Some(word),
        ..SearchRequest::default()
    };
    while begun.elapsed() <= patience {
        let found = client.search(&request).await?;
        if found.results.iter().any(|one| one.id == page.id) {
            return Ok(format!("after {:.1} s", begun.elapsed().as_secs_f64()));
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    Ok(format!("not within {} s", patience.as_secs()))
}

/// Whether a paragraph with this item in it can be appended.
async fn taken(client: &Client, own: PageId, item: Value) -> Result<String, ApiError> {
    let block = json!({"type": "paragraph", "paragraph": {"rich_text": [item]}});
    match client.append_children(&own, &[block], None).await {
        Ok(_) => Ok("yes".to_owned()),
        Err(
            ApiError::Validation { message, .. }
            | ApiError::NotFound { message, .. }
            | ApiError::RestrictedResource { message, .. },
        ) => Ok(format!("no: {message}")),
        Err(other) => Err(other),
    }
}

async fn linked(client: &Client, own: PageId, url: &str) -> Result<String, ApiError> {
    let item = json!({"type": "text", "text": {"content": "link", "link": {"url": url}}});
    taken(client, own, item).await
}

async fn mentioned(client: &Client, own: PageId) -> Result<String, ApiError> {
    let nobodys = PageId::from(uuid::Uuid::from_u128(rand::random()));
    let item = json!({"type": "mention", "mention": {"type": "page", "page": {"id": nobodys}}});
    taken(client, own, item).await
}

async fn who(client: &Client) -> Result<String, ApiError> {
    let me = client.me().await?;
    let owner = match me.owner {
        Owner::Person { .. } => "a person",
        Owner::Workspace => "the workspace",
        Owner::Unknown => "nobody it names",
    };
    let workspace = match me.workspace_id {
        Some(_) => "the workspace's id is there",
        None => "the workspace's id is missing",
    };
    Ok(format!("it acts for {owner}; {workspace}"))
}
