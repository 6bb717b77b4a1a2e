//! What a model proposed, taken for what it is: words of a stranger.
//!
//! Only the fields that were asked for are read, each within bounds, and they become proposals like any
//! other. A text that loses an address, code or a quotation of the note, or brings an address of its own,
//! is left out and said to be.

use std::collections::HashSet;

use notion_markdown::{Block, Document, Inline, Kind, Span};
use serde_json::{Map, Value};

use crate::words::folded;
use crate::{Note, Reason, Suggestion};

const LONGEST_TITLE: usize = 200;
const LONGEST_TYPE: usize = 40;
const LONGEST_TAG: usize = 50;
const MOST_TAGS: usize = 5;
const LONGEST_SUMMARY: usize = 1_000;
const LONGEST_ACTION: usize = 300;
const MOST_ACTIONS: usize = 20;
/// So many of the words that are gone are told.
const TOLD: usize = 20;
/// A text this much longer says more than the note did.
const GROWN: usize = 2;

/// What is to be read of an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one for each kind of proposal"
)]
pub struct Wanted {
    /// A title.
    pub title: bool,
    /// A type.
    pub note_type: bool,
    /// Tags.
    pub tags: bool,
    /// The text.
    pub text: bool,
    /// What it says, in short.
    pub summary: bool,
    /// What is to be done.
    pub actions: bool,
}

/// What a model proposes for a note.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    /// A title.
    pub title: Option<Suggestion>,
    /// A type.
    pub note_type: Option<Suggestion>,
    /// Tags to add.
    pub tags: Vec<Suggestion>,
    /// The whole body, corrected.
    pub text: Option<String>,
    /// Words of the note that are not in that text any more.
    pub dropped: Vec<String>,
    /// What the note says, in short.
    pub summary: Option<String>,
    /// What is to be done.
    pub actions: Vec<String>,
    /// What was left out, and why, as sentences.
    pub left_out: Vec<String>,
}

/// Reads a model's answer about a note.
pub fn answered(note: &Note<'_>, answer: &Map<String, Value>, wanted: Wanted) -> Answered {
    let mut found = Answered::default();
    let known = addresses(note);
    let line = |name: &str, longest: usize| {
        let text = answer.get(name)?.as_str()?;
        one_line(text, longest)
    };
    if wanted.title {
        let title = line("title", LONGEST_TITLE).filter(|title| title != note.title.trim());
        found.title = title.map(suggestion);
    }
    if wanted.note_type {
        let kind = line("type", LONGEST_TYPE).filter(|kind| Some(kind.as_str()) != note.note_type);
        found.note_type = kind.map(suggestion);
    }
    if wanted.tags {
        found.tags = tags(note, answer);
    }
    if wanted.summary {
        match line("summary", LONGEST_SUMMARY) {
            Some(summary) if strange(&summary, &known) => found.left_out.push(
                "The summary held an address that is not in the note, and was left out.".to_owned(),
            ),
            summary => found.summary = summary,
        }
    }
    if wanted.actions {
        let actions = list(answer, "actions", LONGEST_ACTION);
        found.actions = actions
            .filter(|action| !strange(action, &known))
            .take(MOST_ACTIONS)
            .collect();
    }
    if wanted.text {
        text(note, answer, &known, &mut found);
    }
    found
}

fn suggestion(value: String) -> Suggestion {
    Suggestion {
        value,
        reason: Reason::Model,
    }
}

/// A text as one line; nothing if it is empty or longer than that may be.
fn one_line(text: &str, longest: usize) -> Option<String> {
    let plain = text.replace(|c: char| c.is_control(), " ");
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty() && line.chars().count() <= longest).then_some(line)
}

fn list<'a>(
    answer: &'a Map<String, Value>,
    name: &str,
    longest: usize,
) -> impl Iterator<Item = String> + 'a {
    let values = answer.get(name).and_then(Value::as_array);
    let texts = values.into_iter().flatten().filter_map(Value::as_str);
    texts.filter_map(move |text| one_line(text, longest))
}

fn tags(note: &Note<'_>, answer: &Map<String, Value>) -> Vec<Suggestion> {
    let mut have: HashSet<String> = note.tags.iter().map(|tag| folded(tag)).collect();
    list(answer, "tags", LONGEST_TAG)
        .map(|tag| {
            tag.trim_start_matches('#')
                .split_whitespace()
                .collect::<Vec<_>>()
                .join("-")
        })
        .filter(|tag| {
            let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/');
            tag.chars().all(fits) && tag.chars().any(char::is_alphabetic)
        })
        .filter(|tag| have.insert(folded(tag)))
        .take(MOST_TAGS)
        .map(suggestion)
        .collect()
}

fn text(
    note: &Note<'_>,
    answer: &Map<String, Value>,
    known: &HashSet<String>,
    found: &mut Answered,
) {
    let Some(text) = answer.get("text").and_then(Value::as_str) else {
        return;
    };
    if text.trim() == note.body.trim() || text.trim().is_empty() {
        return;
    }
    let mut leave = |why: &str| {
        let words = format!("The text was left out: {why}.");
        found.left_out.push(words);
    };
    if text.len() > note.body.len() * GROWN + 500 {
        return leave("it says much more than the note did");
    }
    let before = Kept::of(note.body);
    let after = Kept::of(text);
    if before.addresses != after.addresses {
        return leave("an address is not as it was in the note");
    }
    if before.verbatim != after.verbatim {
        return leave("code, a quotation or something embedded is not as it was in the note");
    }
    if strange(text, known) {
        return leave("it holds an address that is not in the note");
    }
    found.dropped = dropped(note.body, text);
    found.text = Some(text.to_owned());
}

/// What of a text has to stay as it is.
#[derive(Debug, Default, PartialEq, Eq)]
struct Kept {
    /// Where links lead, sorted.
    addresses: Vec<String>,
    /// Code, quotations, formulas, embedded things, in order.
    verbatim: Vec<String>,
}

impl Kept {
    fn of(body: &str) -> Self {
        let mut kept = Self::default();
        kept.blocks(&Document::from_body(body).blocks);
        kept.addresses.sort();
        kept
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match &block.kind {
                Kind::Code { .. } | Kind::Equation(_) | Kind::Opaque(_) | Kind::Image { .. } => {
                    self.verbatim.push(format!("{:?}", block.kind));
                }
                Kind::Quote(spans) => self.verbatim.push(format!("> {}", plain(spans))),
                Kind::Table(table) => {
                    for cell in table.rows.iter().flat_map(|row| &row.cells) {
                        self.spans(&cell.text);
                    }
                }
                _ => {}
            }
            self.spans(block.text().unwrap_or_default());
            self.blocks(&block.children);
        }
    }

    fn spans(&mut self, spans: &[Span]) {
        for span in spans {
            if let Some(link) = &span.style.link {
                self.addresses.push(link.clone());
            }
            match &span.content {
                Inline::Text(text) if span.style.code => self.verbatim.push(text.clone()),
                Inline::Math(text) | Inline::Raw(text) => self.verbatim.push(text.clone()),
                Inline::Page { id, .. } => self.addresses.push(id.clone()),
                Inline::Text(_) | Inline::Break => {}
            }
        }
    }
}

fn plain(spans: &[Span]) -> String {
    spans
        .iter()
        .map(|span| match &span.content {
            Inline::Text(text) | Inline::Math(text) | Inline::Page { title: text, .. } => text,
            Inline::Break | Inline::Raw(_) => " ",
        })
        .collect()
}

/// What in a note begins like an address.
fn addresses(note: &Note<'_>) -> HashSet<String> {
    written(&format!("{}\n{}", note.title, note.body)).collect()
}

/// Whether a text holds an address that is not among these.
fn strange(text: &str, known: &HashSet<String>) -> bool {
    written(text).any(|address| !known.contains(&address))
}

/// The hosts and paths that a text writes out.
fn written(text: &str) -> impl Iterator<Item = String> + '_ {
    text.match_indices("://").map(|(at, _)| {
        let rest = text.get(at + 3..).unwrap_or_default();
        let end = rest.find(|c: char| c.is_whitespace() || "<>()[]\"'`|\\".contains(c));
        let address = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        address
            .trim_end_matches(['.', ',', ';', ':', '!', '?'])
            .to_owned()
    })
}

/// The words of one text that another has not, as they stand there.
fn dropped(before: &str, after: &str) -> Vec<String> {
    let split = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric());
        words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let mut left: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for word in split(after) {
        *left.entry(folded(&word)).or_default() += 1;
    }
    let mut gone = Vec::new();
    for word in split(before) {
        match left.get_mut(&folded(&word)) {
            Some(count) if *count > 0 => *count -= 1,
            _ => gone.push(word),
        }
    }
    gone.truncate(TOLD);
    gone
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const ALL: Wanted = Wanted {
        title: true,
        note_type: true,
        tags: true,
        text: true,
        summary: true,
        actions: true,
    };

    fn read(body: &str, answer: &Value) -> Answered {
        let note = Note {
            title: "Mill",
            body,
            ..Note::default()
        };
        answered(&note, answer.as_object().unwrap(), ALL)
    }

    #[test]
    fn what_was_asked_for_is_read_and_nothing_else() {
        let found = read(
            "we met and talkd about teh wheel",
            &json!({
                "title": "  The\nwheel ", "type": "Meeting", "tags": ["#mill wheel", "Mill-Wheel", "a b!", 7],
                "text": "We met and talked about the wheel.", "summary": "The wheel.",
                "actions": ["Oil it", ""], "delete": true, "note": "another",
            }),
        );
        assert_eq!(found.title.unwrap().value, "The wheel");
        assert_eq!(
            found
                .tags
                .iter()
                .map(|tag| tag.value.as_str())
                .collect::<Vec<_>>(),
            ["mill-wheel"]
        );
        assert_eq!(
            found.text.as_deref(),
            Some("We met and talked about the wheel.")
        );
        assert_eq!(found.dropped, ["talkd", "teh"]);
        assert_eq!(found.actions, ["Oil it"]);
        assert_eq!(found.left_out, [""; 0]);
    }

    #[test]
    fn addresses_code_and_quotations_stay() {
        let body = "See [it](https://a.example/x), run `rm -rf target`.\n\n> As she said.\n\n```sh\nls\n```\n";
        for (from, to) in [
            ("https://a.example/x", "https://b.example/x"),
            ("rm -rf target", "rm -rf /"),
            ("As she said", "As he said"),
            ("\nls\n", "\nls -l\n"),
            ("See", "See https://evil.example/?leak=1 or"),
        ] {
            let found = read(body, &json!({ "text": body.replace(from, to) }));
            assert_eq!(found.text, None, "{to}");
            assert_eq!(found.left_out.len(), 1, "{to}");
        }
        let fine = body.replace("See", "Look at");
        assert_eq!(read(body, &json!({ "text": fine })).text, Some(fine));
    }

    #[test]
    fn an_address_that_is_not_in_the_note_comes_in_by_no_way() {
        let found = read(
            "plain",
            &json!({
                "summary": "More at https://evil.example/?q=plain",
                "actions": ["Open https://evil.example", "Rest"],
            }),
        );
        assert_eq!(
            (found.summary, found.actions),
            (None, vec!["Rest".to_owned()])
        );
        assert_eq!(found.left_out.len(), 1);
    }

    #[test]
    fn what_is_too_long_is_left_out() {
        let found = read(
            "short",
            &json!({"title": "x".repeat(500), "text": "word ".repeat(900)}),
        );
        assert_eq!((found.title, found.text), (None, None));
    }

    proptest! {
        #[test]
        fn nothing_fails(body in "\\PC{0,60}", text in "\\PC{0,60}") {
            let found = read(&body, &json!({"text": text, "title": text, "tags": [text]}));
            prop_assert!(found.tags.len() <= 1);
        }
    }
}
