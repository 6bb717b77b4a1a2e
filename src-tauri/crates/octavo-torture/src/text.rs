//! How a person changes a text.

use crate::act::Edit;
use crate::ledger::{is_birth, is_word, words};

/// What an edit came to.
pub(crate) struct Edited {
    pub(crate) text: String,
    /// The words that are not there any more.
    pub(crate) removed: Vec<String>,
}

/// The beginning of a line that says what it is, and the rest.
fn parted(line: &str) -> (&str, &str) {
    let signs = [
        "- [ ] ", "- [x] ", "- ", "* ", "+ ", "1. ", "# ", "## ", "> ",
    ];
    let sign = signs.iter().find_map(|sign| line.strip_prefix(sign));
    let rest = sign.unwrap_or(line);
    (line.strip_suffix(rest).unwrap_or_default(), rest)
}

/// Lines a person may change without breaking what holds them.
fn is_plain(line: &str) -> bool {
    let (_, rest) = parted(line);
    !rest.trim().is_empty()
        && rest
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | ',' | '.'))
}

/// Carries out an edit with a new word; nothing if there is no place for it. `gap` is what stands
/// between two paragraphs.
pub(crate) fn edited(
    text: &str,
    edit: Edit,
    place: usize,
    word: &str,
    gap: &str,
) -> Option<Edited> {
    let new = match edit {
        Edit::Top => format!("{word}{gap}{text}"),
        Edit::Bottom => format!("{}{gap}{word}", text.trim_end()),
        _ => {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            let plain = |at: &usize| lines.get(*at).is_some_and(|line| is_plain(line));
            let plain: Vec<usize> = (0..lines.len()).filter(plain).collect();
            let at = *plain.get(place % plain.len().max(1))?;
            let line = lines.get_mut(at)?;
            match changed(line, edit, place, word, gap)? {
                Line::Becomes(new) => *line = new,
                Line::Goes => {
                    lines.remove(at);
                }
            }
            lines.join("\n")
        }
    };
    let removed = words(text).filter(|word| !new.contains(word.as_str()));
    let removed = removed.collect();
    Some(Edited { text: new, removed })
}

/// What becomes of a line.
enum Line {
    Becomes(String),
    Goes,
}

/// The line after an edit. Nothing if the edit does not fit it.
fn changed(line: &str, edit: Edit, place: usize, word: &str, gap: &str) -> Option<Line> {
    let (sign, rest) = parted(line);
    let mut tokens: Vec<&str> = rest.split(' ').collect();
    let middle = place / 7 % (tokens.len() + 1);
    let births: Vec<&str> = tokens.iter().copied().filter(|t| is_birth(t)).collect();
    match edit {
        Edit::Start => tokens.insert(0, word),
        Edit::Middle => tokens.insert(middle, word),
        Edit::End => tokens.push(word),
        Edit::Drop => {
            let theirs = |token: &str| is_word(token) && !is_birth(token);
            let mut at = (middle..tokens.len()).chain(0..middle.min(tokens.len()));
            let at = at.find(|at| tokens.get(*at).is_some_and(|token| theirs(token)))?;
            tokens.remove(at);
            if tokens.is_empty() {
                return Some(Line::Goes);
            }
        }
        Edit::Rewrite => {
            tokens.clone_from(&births);
            tokens.push(word);
        }
        Edit::DropLine if births.is_empty() => return Some(Line::Goes),
        Edit::NewLine if sign.is_empty() => {
            return Some(Line::Becomes(format!("{line}{gap}{word}")));
        }
        Edit::NewLine => return Some(Line::Becomes(format!("{line}\n{sign}{word}"))),
        Edit::Sign => {
            let signs = ["- ", "# ", "> ", "- [ ] ", ""];
            let sign = signs.get(place % signs.len())?;
            return Some(Line::Becomes(format!("{sign}{rest} {word}")));
        }
        Edit::DropLine | Edit::Top | Edit::Bottom => return None,
    }
    Some(Line::Becomes(format!("{sign}{}", tokens.join(" "))))
}
