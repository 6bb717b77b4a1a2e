//! What becomes of a note's words when they go to another account. Pure.
//!
//! A mention names a page by its id, and Notion shows it only to those who may see that page. An
//! account of another workspace may not, so that a mention becomes a link to the page's address, which
//! whoever may see it can still follow.

use notion_markdown::{Document, page_links};

/// How a mention of a page begins in a body.
const PAGE: &str = "](notion://";

/// A line that begins so stands for something that is in Notion only.
const HELD_BY_NOTION: [&str; 5] = [
    "<page ",
    "<database ",
    "<unknown",
    "<meeting-notes",
    "<synced_block",
];
/// An address that has one of these leads to a file that Notion keeps, and ends within the hour
/// (File object, "Notion-hosted files").
const SIGNED: [&str; 4] = [
    "X-Amz-Signature",
    "secure.notion-static.com",
    "prod-files-secure",
    "file.notion.so",
];

/// Words that can be read in another account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Carried {
    pub(crate) body: String,
    /// How many mentions became plain addresses.
    pub(crate) plain: usize,
}

/// The body with every mention as the other account needs it: `there` answers the page that stands
/// there for a page of here, if there is one.
pub(crate) fn carried(body: &str, there: impl Fn(&str) -> Option<String>) -> Carried {
    let mut carried = Carried {
        body: body.to_owned(),
        plain: 0,
    };
    if !body.contains(PAGE) {
        return carried;
    }
    for page in page_links(&Document::from_body(body)) {
        let mention = format!("{PAGE}{page})");
        match there(&page) {
            Some(other) if other == page => {}
            Some(other) => {
                carried.body = carried.body.replace(&mention, &format!("{PAGE}{other})"));
            }
            None => {
                carried.plain += carried.body.matches(&mention).count();
                carried.body = plain(&carried.body, &mention, &page);
            }
        }
    }
    carried
}

/// Mentions of a page as links to its address. One without a title gets the address as its words.
fn plain(body: &str, mention: &str, page: &str) -> String {
    let address = address(page);
    body.replace(&format!("[{mention}"), &format!("[{address}]({address})"))
        .replace(mention, &format!("]({address})"))
}

/// Links to the address of a page as mentions of another one.
pub(crate) fn relinked(body: &str, page: &str, other: &str) -> String {
    body.replace(&format!("]({})", address(page)), &format!("{PAGE}{other})"))
}

/// The form Notion itself gives out since June 2026 (developer changelog of 2026-07-15).
fn address(page: &str) -> String {
    format!("https://app.notion.com/p/{}", page.replace('-', ""))
}

/// Why a note with this body cannot go to another account, if it cannot: something of it is only in
/// Notion, and would be lost with the page it leaves behind.
pub(crate) fn stays(body: &str) -> Option<&'static str> {
    let mut in_code = false;
    for line in body.lines() {
        let line = line.trim_start();
        if line.starts_with("```") || line.starts_with("~~~") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        if HELD_BY_NOTION.iter().any(|tag| line.starts_with(tag)) {
            return Some(
                "It has pages, databases or other parts in it that only Notion holds. Move those in \
                 Notion first, or move the note there.",
            );
        }
        if SIGNED.iter().any(|mark| line.contains(mark)) {
            return Some(
                "It has pictures or files in it that Notion keeps for this account. Take them out, or \
                 move the note in Notion.",
            );
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "11111111-1111-4111-8111-111111111111";
    const TWO: &str = "22222222-2222-4222-8222-222222222222";

    #[test]
    fn mentions_become_addresses_unless_the_page_is_there_too() {
        let body = format!(
            "See [Mill](notion://{ONE}) and [Store](notion://{TWO}), [Mill](notion://{ONE})."
        );
        let moved = carried(&body, |page| (page == TWO).then(|| TWO.to_owned()));
        let address = "https://app.notion.com/p/11111111111141118111111111111111";
        assert_eq!(
            moved.body,
            format!("See [Mill]({address}) and [Store](notion://{TWO}), [Mill]({address}).")
        );
        assert_eq!(moved.plain, 2);
        assert_eq!(relinked(&moved.body, ONE, TWO).matches(TWO).count(), 3);
    }

    #[test]
    fn what_only_looks_like_a_mention_stays_as_it_is() {
        let code = format!("```\n[Mill](notion://{ONE})\n```");
        assert_eq!(carried(&code, |_| None).body, code);
        let words = "Nothing here.";
        assert_eq!(
            carried(words, |_| None),
            Carried {
                body: words.to_owned(),
                plain: 0
            }
        );
    }

    #[test]
    fn what_notion_alone_holds_keeps_a_note_where_it_is() {
        assert!(stays("Words\n<page url=\"https://x\">Sub</page>").is_some());
        assert!(
            stays(
                "![a](https://prod-files-secure.s3.us-west-2.amazonaws.com/a.png?X-Amz-Signature=1)"
            )
            .is_some()
        );
        assert!(stays("```\n<page url=\"x\">\n```\n![a](https://example.org/a.png)").is_none());
    }
}
