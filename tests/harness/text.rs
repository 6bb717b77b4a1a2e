//! The words a reader sees, found without any of Octavo's own code.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The visible words of a Markdown text, in order: no marks, no addresses, no raw HTML.
pub fn visible_words(markdown: &str) -> Vec<String> {
    words(&text_of(markdown, false))
}

/// The words of a page in Notion's enhanced Markdown, where tables and callouts are tags with words
/// between them.
pub(crate) fn page_words(markdown: &str) -> Vec<String> {
    words(&text_of(markdown, true))
}

fn text_of(markdown: &str, tags: bool) -> String {
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
            Event::Html(part) if tags => between_tags(&part, &mut text),
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
    text
}

/// What stands between the tags of a piece of HTML.
fn between_tags(html: &str, text: &mut String) {
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(c),
            _ => {}
        }
    }
    text.push(' ');
}

/// Runs of letters and digits; punctuation may change its spelling on the way, words may not.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The words of `wanted` that `found` does not have in this order (greedily matched): empty when
/// every word arrived, in order.
pub fn missing_words(wanted: &[String], found: &[String]) -> Vec<String> {
    let mut rest = found.iter();
    let mut missing = Vec::new();
    for word in wanted {
        let ahead = rest.clone();
        if rest.by_ref().any(|other| other == word) {
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
    }

    #[test]
    fn a_lost_word_is_named_and_the_rest_still_compared() {
        let missing = missing_words(&list(&["a", "b", "c"]), &list(&["a", "c"]));
        assert_eq!(missing, list(&["b"]));
        assert!(missing_words(&list(&["a", "c"]), &list(&["a", "b", "c"])).is_empty());
    }
}
