//! The same words in better Markdown: lists that are lists, boxes that can be ticked, one blank
//! line where there were many. Nothing is reworded, nothing left out.

use notion_markdown::Document;

use crate::{Reason, Suggestion};

/// The body in tidy Markdown, if that is different from what it is.
pub(crate) fn propose(body: &str) -> Option<Suggestion> {
    let value = tidy(body);
    let same_words = words(&value).eq(words(body));
    (same_words && value.trim_end() != body.trim_end()).then_some(Suggestion {
        value,
        reason: Reason::Marks,
    })
}

/// More than a text can need: an item in an item shows its mark once the outer one is a list.
const MOST_PASSES: usize = 16;

/// The body after as many passes as change something: what is tidied once stays.
fn tidy(body: &str) -> String {
    let mut text = Document::from_body(&marked(body)).to_body();
    for _ in 1..MOST_PASSES {
        let again = Document::from_body(&marked(&text)).to_body();
        if again == text {
            break;
        }
        text = again;
    }
    text
}

/// Marks that people type or paste where Markdown has its own, outside of code.
fn marked(body: &str) -> String {
    let mut out = String::with_capacity(body.len() + 16);
    let mut fence: Option<String> = None;
    let mut empty = 0;
    for line in body.lines() {
        let bare = line.trim_start();
        if let Some(open) = &fence {
            if bare.trim_end().starts_with(open.as_str()) {
                fence = None;
            }
        } else if let Some(mark) = ["```", "~~~", "$$"]
            .into_iter()
            .find(|m| bare.starts_with(m))
        {
            let closed = mark == "$$" && bare.len() > 2 && bare.trim_end().ends_with("$$");
            fence = (!closed).then(|| mark.to_owned());
        } else if bare.is_empty() {
            // Two empty lines and more are one; Notion's own empty paragraphs are written in words.
            empty += 1;
            if empty == 1 {
                out.push('\n');
            }
            continue;
        } else {
            empty = 0;
            let indent = line.get(..line.len() - bare.len()).unwrap_or_default();
            out.push_str(indent);
            out.push_str(&item(bare));
            out.push('\n');
            continue;
        }
        empty = 0;
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// A line whose bullet or box Markdown would not know.
fn item(line: &str) -> String {
    for bullet in ["•", "◦", "▪", "‣", "·", "–", "—"] {
        if let Some(rest) = line.strip_prefix(bullet)
            && let Some(rest) = rest.strip_prefix([' ', '\t', '\u{a0}'])
        {
            return item(&format!("- {}", rest.trim_start()));
        }
    }
    for (drawn, mark) in [("☐", "[ ]"), ("☑", "[x]"), ("☒", "[x]"), ("[]", "[ ]")] {
        if let Some(rest) = line.strip_prefix("- ").unwrap_or(line).strip_prefix(drawn)
            && rest.starts_with([' ', '\t', '\u{a0}'])
        {
            return format!("- {mark} {}", rest.trim_start());
        }
    }
    for mark in ["[ ] ", "[x] ", "[X] "] {
        if line.starts_with(mark) {
            return format!("- {line}");
        }
    }
    line.to_owned()
}

/// Letters and digits in order: what must stay.
fn words(text: &str) -> impl Iterator<Item = char> + '_ {
    // A ticked box drawn or written is no word.
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            for tick in ["[x]", "[X]"] {
                if let Some(after) = rest.strip_prefix(tick) {
                    rest = after;
                }
            }
            let mut chars = rest.chars();
            let c = chars.next()?;
            rest = chars.as_str();
            if c.is_alphanumeric() {
                return Some(c);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tidied(body: &str) -> Option<String> {
        propose(body).map(|text| text.value)
    }

    #[test]
    fn marks_from_elsewhere_become_markdown() {
        assert_eq!(
            tidied("Buy:\n\n\n\n• milk\n• bread\n☐ call Ana\n[x] pay")
                .as_deref()
                .map(str::trim_end),
            Some("Buy:\n\n- milk\n- bread\n- [ ] call Ana\n- [x] pay")
        );
    }

    #[test]
    fn tidy_text_and_code_stay() {
        assert_eq!(tidied("Plain words.\n\n- a\n- b"), None);
        assert_eq!(tidied("-  ☐ a").as_deref(), Some("- [ ] a\n"));
        assert_eq!(tidied("```\n• not a list\n\n\n\n☐\n```"), None);
    }

    proptest! {
        #[test]
        fn no_word_is_lost(body in "([ \\-•☐\\[\\]x#*`>0-9a-zé日\n]{0,12}\n?){0,8}") {
            if let Some(text) = tidied(&body) {
                prop_assert!(words(&text).eq(words(&body)));
            }
        }

        #[test]
        fn tidying_is_done_once(body in "([ \\-•☐a-z\n]{0,12}\n){0,8}") {
            if let Some(text) = tidied(&body) {
                prop_assert_eq!(tidied(&text), None);
            }
        }
    }
}
