//! The title of a text that was given without one.
//!
//! In this order: `title:` in the front matter, the first heading of the first level (or a heading
//! of any level that opens the text), the first line that says something. A heading or a front
//! matter line that became the title leaves the body, where it would stand twice; everything else
//! stays in it, word for word.

/// Longer titles are cut, at a word.
const LONGEST: usize = 100;

/// A text taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Titled {
    /// One line, at most a hundred characters; empty when the text is.
    pub title: String,
    /// The rest of the text.
    pub body: String,
}

/// Finds the title of a text.
pub fn from_text(text: &str) -> Titled {
    let lines: Vec<&str> = text.lines().collect();
    from_front_matter(&lines)
        .or_else(|| from_heading(&lines))
        .unwrap_or_else(|| from_first_line(&lines, text))
}

/// Finds the title of a text in its first heading only.
pub(crate) fn from_first_heading(text: &str) -> Option<Titled> {
    from_heading(&text.lines().collect::<Vec<_>>())
}

/// `title: …` between two `---` at the very top.
fn from_front_matter(lines: &[&str]) -> Option<Titled> {
    let (first, rest) = lines.split_first()?;
    if first.trim_end() != "---" {
        return None;
    }
    let end = rest
        .iter()
        .position(|line| matches!(line.trim_end(), "---" | "..."))?;
    let (matter, after) = rest.split_at_checked(end)?;
    let (at, value) = matter.iter().enumerate().find_map(|(at, line)| {
        let value = line.strip_prefix("title:")?.trim();
        let value = unquoted(value);
        (!value.is_empty()).then_some((at, value))
    })?;

    let others = matter
        .iter()
        .enumerate()
        .filter(|(line, _)| *line != at)
        .map(|(_, line)| *line);
    let others: Vec<&str> = others.collect();
    let after = after
        .split_first()
        .map(|(_, after)| after)
        .unwrap_or_default();
    let mut body = Vec::new();
    if others.iter().any(|line| !line.trim().is_empty()) {
        body.push("---");
        body.extend(others);
        body.push("---");
    }
    body.extend(after);
    Some(Titled {
        title: cut(value),
        body: joined(&body),
    })
}

fn unquoted(value: &str) -> &str {
    ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(value)
        .trim()
}

/// The first heading that stands for the whole text.
fn from_heading(lines: &[&str]) -> Option<Titled> {
    let opening = lines.iter().position(|line| !line.trim().is_empty())?;
    let mut fence: Option<&str> = None;
    for (at, line) in lines.iter().enumerate() {
        if let Some(open) = fence {
            if line.trim().starts_with(open) {
                fence = None;
            }
            continue;
        }
        fence = ["```", "~~~"]
            .into_iter()
            .find(|mark| line.trim_start().starts_with(mark));
        let Some((level, words, length)) = heading(line, lines.get(at + 1).copied()) else {
            continue;
        };
        let words = plain(words);
        if words.is_empty() || (level > 1 && at != opening) {
            continue;
        }
        // A heading further down keeps its place: what stands before it is not part of it.
        let body = if at == opening {
            joined(lines.get(at + length..).unwrap_or_default())
        } else {
            joined(lines)
        };
        return Some(Titled {
            title: cut(&words),
            body,
        });
    }
    None
}

/// A heading's level, words and number of lines: `# words`, or words underlined by `===` or `---`.
fn heading<'a>(line: &'a str, next: Option<&str>) -> Option<(usize, &'a str, usize)> {
    let indented = line.starts_with("    ") || line.starts_with('\t');
    let text = line.trim();
    if indented || text.is_empty() {
        return None;
    }
    let words = text.trim_start_matches('#');
    let level = text.len() - words.len();
    if (1..=6).contains(&level) {
        let spaced = words.is_empty() || words.starts_with([' ', '\t']);
        // Closing marks belong to the heading only after a blank: "# About C#" is about C#.
        let words = words.trim();
        let open = words.trim_end_matches('#');
        let words = if open.is_empty() || open.ends_with([' ', '\t']) {
            open.trim()
        } else {
            words
        };
        return spaced.then_some((level, words, 1));
    }
    let underline = next?.trim();
    let made_of = |mark: char| underline.len() >= 3 && underline.chars().all(|found| found == mark);
    let words = !text.starts_with(['-', '*', '+', '>', '|', '`', '~']);
    match () {
        () if words && made_of('=') => Some((1, text, 2)),
        () if words && made_of('-') => Some((2, text, 2)),
        () => None,
    }
}

/// The first line with words in it; the body keeps it.
fn from_first_line(lines: &[&str], text: &str) -> Titled {
    let words = lines
        .iter()
        .map(|line| plain(without_mark(line.trim())))
        .find(|words| words.chars().any(char::is_alphanumeric))
        .or_else(|| {
            lines
                .iter()
                .map(|line| line.trim().to_owned())
                .find(|line| !line.is_empty())
        })
        .unwrap_or_default();
    Titled {
        title: cut(&words),
        body: joined(&text.lines().collect::<Vec<_>>()),
    }
}

/// A line without the mark of a list, a to-do, a quote or a heading at its beginning.
fn without_mark(line: &str) -> &str {
    let mut rest = line;
    loop {
        let numbered = rest.trim_start_matches(|found: char| found.is_ascii_digit());
        let numbered = (numbered.len() < rest.len())
            .then(|| {
                numbered
                    .strip_prefix(". ")
                    .or_else(|| numbered.strip_prefix(") "))
            })
            .flatten();
        let shorter = ["- ", "* ", "+ ", "> ", ">", "[ ] ", "[x] ", "[X] "]
            .into_iter()
            .find_map(|mark| rest.strip_prefix(mark))
            .or(numbered)
            .map(str::trim_start);
        match shorter {
            Some(shorter) if !shorter.is_empty() => rest = shorter,
            _ => return rest,
        }
    }
}

/// A line as it reads: without emphasis and code marks, links and images by their words.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(next) = rest.chars().next() {
        if let Some((words, after)) = link(rest) {
            out.push_str(&plain(words));
            rest = after;
        } else if let Some(after) = ["**", "__", "~~", "`"]
            .into_iter()
            .find_map(|mark| rest.strip_prefix(mark))
        {
            rest = after;
        } else if next == '\\'
            && rest
                .chars()
                .nth(1)
                .is_some_and(|mark| mark.is_ascii_punctuation())
        {
            let mut after = rest.chars();
            after.next();
            out.extend(after.next());
            rest = after.as_str();
        } else {
            out.push(next);
            let mut after = rest.chars();
            after.next();
            rest = after.as_str();
        }
    }
    let words: Vec<&str> = out.split_whitespace().collect();
    let text = words.join(" ");
    // Emphasis around everything; a star within a line may be a star.
    let bare = ['*', '_']
        .into_iter()
        .find_map(|mark| text.strip_prefix(mark)?.strip_suffix(mark))
        .map(str::to_owned);
    bare.unwrap_or(text)
}

/// `[words](address)` or `![words](address)` at the beginning of a text, and what follows it.
fn link(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix("![").or_else(|| text.strip_prefix('['))?;
    let (words, after) = inner.split_once("](")?;
    let (address, after) = after.split_once(')')?;
    let simple = !words.contains(['[', ']']) && !address.contains(['(', '\n']);
    simple.then_some((words, after))
}

/// A title of at most a hundred characters, cut at a word.
fn cut(title: &str) -> String {
    let title = title.trim();
    if title.chars().count() <= LONGEST {
        return title.to_owned();
    }
    // One character is for the ellipsis.
    let kept: String = title.chars().take(LONGEST - 1).collect();
    let next_is_blank = title
        .chars()
        .nth(LONGEST - 1)
        .is_some_and(char::is_whitespace);
    let whole = if next_is_blank {
        kept.as_str()
    } else {
        match kept.rsplit_once(char::is_whitespace) {
            // A word as long as half a title is cut within.
            Some((before, _)) if before.chars().count() >= LONGEST / 2 => before,
            _ => kept.as_str(),
        }
    };
    let whole = whole.trim_end_matches(|found: char| {
        found.is_whitespace() || matches!(found, ',' | ';' | ':' | '-' | '–' | '—')
    });
    format!("{whole}…")
}

/// Lines put together again, without blank ones around them.
fn joined(lines: &[&str]) -> String {
    let blank = |line: &&&str| line.trim().is_empty();
    let before = lines.iter().take_while(blank).count();
    let after = lines.iter().rev().take_while(blank).count();
    let kept = lines.len().saturating_sub(before + after);
    lines
        .iter()
        .skip(before)
        .take(kept)
        .copied()
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn gives(text: &str, title: &str, body: &str) {
        let wanted = Titled {
            title: title.to_owned(),
            body: body.to_owned(),
        };
        assert_eq!(from_text(text), wanted, "from {text:?}");
    }

    #[test]
    fn a_single_line_is_both() {
        gives("Buy milk", "Buy milk", "Buy milk");
        gives("\n\nBuy milk\n", "Buy milk", "Buy milk");
    }

    #[test]
    fn a_heading_that_opens_the_text_leaves_it() {
        gives("# Trip\n\nTo Turin", "Trip", "To Turin");
        gives("\n## Trip ##\nTo Turin\n", "Trip", "To Turin");
        gives("Trip\n====\n\nTo Turin", "Trip", "To Turin");
        gives("Trip\n---\nTo Turin", "Trip", "To Turin");
        gives("# Trip", "Trip", "");
        gives("# About C#\nyes", "About C#", "yes");
    }

    #[test]
    fn a_heading_further_down_gives_its_words_and_stays() {
        gives(
            "Some words.\n\n# Trip\nTurin",
            "Trip",
            "Some words.\n\n# Trip\nTurin",
        );
    }

    #[test]
    fn a_minor_heading_further_down_is_not_the_title() {
        gives(
            "Buy milk\n\n## Later\nbread",
            "Buy milk",
            "Buy milk\n\n## Later\nbread",
        );
    }

    #[test]
    fn what_only_looks_like_a_heading_is_none() {
        gives("#tag first\nmore", "#tag first", "#tag first\nmore");
        gives(
            "```\n# comment\n```\nText",
            "# comment",
            "```\n# comment\n```\nText",
        );
        gives("- a\n---\nb", "a", "- a\n---\nb");
        gives("first\n\n---\n\nsecond", "first", "first\n\n---\n\nsecond");
    }

    #[test]
    fn front_matter_wins_and_its_other_lines_stay() {
        gives(
            "---\ntitle: \"Trip: Turin\"\n---\n\n# Other\ntext",
            "Trip: Turin",
            "# Other\ntext",
        );
        gives(
            "---\ntitle: Trip\nmood: good\n---\ntext",
            "Trip",
            "---\nmood: good\n---\ntext",
        );
        gives(
            "---\nmood: good\n---\n# Trip\ntext",
            "Trip",
            "---\nmood: good\n---\n# Trip\ntext",
        );
        gives("---\nnever closed", "never closed", "---\nnever closed");
    }

    #[test]
    fn marks_do_not_show_in_a_title() {
        gives("- [ ] Call **Ada**", "Call Ada", "- [ ] Call **Ada**");
        gives(
            "> 1. `cargo` [docs](https://x.org)",
            "cargo docs",
            "> 1. `cargo` [docs](https://x.org)",
        );
        gives("*All of it*", "All of it", "*All of it*");
        gives("2 * 3 * 4", "2 * 3 * 4", "2 * 3 * 4");
        gives(r"\# not a heading", "# not a heading", r"\# not a heading");
    }

    #[test]
    fn long_titles_are_cut_at_a_word() {
        let text = "word ".repeat(40);
        let titled = from_text(&text);
        assert!(titled.title.chars().count() <= 100, "{}", titled.title);
        assert!(titled.title.ends_with("word…"), "{}", titled.title);
        assert_eq!(titled.body, text.trim_end_matches('\n'));

        let long = "あ".repeat(300);
        assert_eq!(from_text(&long).title.chars().count(), 100);
        let exact = "x".repeat(100);
        assert_eq!(from_text(&exact).title, exact);
    }

    #[test]
    fn nothing_gives_nothing() {
        gives("", "", "");
        gives(" \n\t\n", "", "");
        gives("---", "---", "---");
    }
}
