//! The words a reader sees, found without any of Octavo's own code.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The visible words of a Markdown text, in order: no marks, no addresses, no raw HTML.
pub fn visible_words(markdown: &str) -> Vec<String> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES;
    let mut text = String::new();
    let mut image = 0_u32;
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(Tag::Image { .. }) => image += 1,
            Event::End(TagEnd::Image) => image = image.saturating_sub(1),
            Event::Text(part) | Event::Code(part) if image == 0 => text.push_str(&part),
            Event::SoftBreak
            | Event::HardBreak
            | Event::Start(
                Tag::Paragraph
                | Tag::Heading { .. }
                | Tag::Item
                | Tag::TableCell
                | Tag::CodeBlock(_)
                | Tag::BlockQuote(_)
                | Tag::FootnoteDefinition(_),
            ) => text.push(' '),
            _ => {}
        }
    }
    words(&text)
}

/// The words of a page in Notion's enhanced Markdown: a line is a block, tags may stand anywhere,
/// a backslash makes a sign plain. Addresses of links count as words here, so only ask whether
/// certain words are among them.
pub(crate) fn page_words(markdown: &str) -> Vec<String> {
    let mut text = String::new();
    let mut code = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            code = !code;
        } else if code {
            text.push_str(line);
        } else {
            push_line(line, &mut text);
        }
        text.push(' ');
    }
    words(&text)
}

fn push_line(line: &str, text: &mut String) {
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => text.extend(rest.next()),
            '`' => {
                let length = 1 + rest.as_str().chars().take_while(|c| *c == '`').count();
                let fence = "`".repeat(length);
                let span = rest.as_str().trim_start_matches('`');
                let (code, tail) = span.split_once(&fence).unwrap_or((span, ""));
                text.push_str(code);
                rest = tail.chars();
            }
            '<' => {
                rest.by_ref().find(|c| *c == '>');
                text.push(' ');
            }
            // Marks inside a word do not part it.
            '*' | '~' => {}
            _ => text.push(c),
        }
    }
}

/// Runs of letters and digits; punctuation may change its spelling on the way, words may not.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// How many other words (addresses, mostly) may stand between two that belong together.
const NEAR: usize = 300;

/// The words of `wanted` that `found` does not have in this order, near the one before: empty when
/// every word arrived, in order.
pub fn missing_words(wanted: &[String], found: &[String]) -> Vec<String> {
    let mut rest = found.iter();
    let mut missing = Vec::new();
    for word in wanted {
        let ahead = rest.clone();
        if rest.by_ref().take(NEAR).any(|other| other == word) {
            continue;
        }
        rest = ahead;
        missing.push(word.clone());
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::{missing_words, page_words, visible_words};

    fn list(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn marks_and_addresses_are_no_words() {
        let seen = visible_words("# A **b**\n\n| c | d |\n|---|---|\n| [e](http://f) | `g` |\n");
        assert_eq!(seen, list(&["A", "b", "c", "d", "e", "g"]));
    }

    #[test]
    fn words_between_tags_count_on_a_page_only() {
        let table = "<table>\n<tr>\n<td>one</td>\n<td color=\"red\">two</td>\n</tr>\n</table>\n";
        assert_eq!(page_words(table), list(&["one", "two"]));
        assert!(visible_words(table).is_empty());
        let line = "in**tra**word \\<div\\><br>`a<b>` c";
        assert_eq!(page_words(line), list(&["intraword", "div", "a", "b", "c"]));
    }

    #[test]
    fn a_lost_word_is_named_and_the_rest_still_compared() {
        let missing = missing_words(&list(&["a", "b", "c"]), &list(&["a", "c"]));
        assert_eq!(missing, list(&["b"]));
        assert!(missing_words(&list(&["a", "c"]), &list(&["a", "b", "c"])).is_empty());
    }
}
