//! A title from the structure of a text.

use crate::reading::{Part, Reading};
use crate::{Note, Reason, Suggestion};

/// Longer titles end at a word before this many characters.
const LONGEST: usize = 70;
/// A sentence this short is a title as it is.
const SHORT: usize = 70;

/// A title for a note without one.
pub(crate) fn propose(note: &Note<'_>, reading: &Reading) -> Option<Suggestion> {
    if !note.title.trim().is_empty() {
        return None;
    }
    let heading = reading.body().find(|line| line.part == Part::Heading);
    if let Some(heading) = heading {
        return Some(Suggestion {
            value: cut(&heading.text),
            reason: Reason::FirstHeading,
        });
    }
    let first = reading
        .body()
        .find(|line| line.text.contains(char::is_alphanumeric))?;
    let value = if matches!(first.part, Part::Todo | Part::Item) {
        of_list(reading, first.part)
    } else {
        cut(sentence(&first.text))
    };
    (!value.is_empty()).then_some(Suggestion {
        value,
        reason: Reason::FirstWords,
    })
}

/// The first few items of a list that nobody gave a name.
fn of_list(reading: &Reading, part: Part) -> String {
    let items: Vec<&str> = reading
        .body()
        .filter(|line| line.part == part)
        .map(|line| sentence(&line.text))
        .collect();
    let mut title = String::new();
    for item in items.iter().take(3) {
        let longer = if title.is_empty() {
            (*item).to_owned()
        } else {
            format!("{title}, {item}")
        };
        if !title.is_empty() && longer.chars().count() > LONGEST {
            break;
        }
        title = longer;
    }
    cut(&title)
}

/// The first sentence; of a long one, what stands before its first pause.
fn sentence(text: &str) -> &str {
    let end = |stops: &[char], text: &str| {
        text.char_indices().find_map(|(at, c)| {
            let next = text.get(at + c.len_utf8()..)?;
            // A full stop inside "3.5" or "example.org" ends nothing; CJK stops need no blank.
            let ends = next.is_empty() || next.starts_with(char::is_whitespace) || !c.is_ascii();
            (stops.contains(&c) && ends).then_some(at)
        })
    };
    let whole = end(&['.', '!', '?', '。', '！', '？'], text)
        .and_then(|at| text.get(..at))
        .unwrap_or(text);
    if whole.chars().count() <= SHORT {
        return whole.trim();
    }
    let clause = end(&[',', ';', ':', '–', '—', '，', '；', '：', '、'], whole);
    let clause = clause.and_then(|at| whole.get(..at));
    // A clause of a word or two ("Well, …") says nothing.
    clause
        .filter(|clause| clause.chars().count() >= 12)
        .unwrap_or(whole)
        .trim()
}

/// At most [`LONGEST`] characters, ended at a word.
fn cut(text: &str) -> String {
    let text = text.trim().trim_end_matches([':', ',', ';']);
    let Some((end, _)) = text.char_indices().nth(LONGEST) else {
        return text.to_owned();
    };
    let head = text.get(..end).unwrap_or(text);
    let at_word = head.rfind(char::is_whitespace).filter(|at| *at * 2 > end);
    let kept = at_word.and_then(|at| head.get(..at)).unwrap_or(head);
    format!("{}…", kept.trim_end().trim_end_matches([',', ';', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(body: &str) -> Option<String> {
        let note = Note {
            body,
            ..Note::default()
        };
        propose(&note, &Reading::of(&note)).map(|title| title.value)
    }

    #[test]
    fn structure_names_a_note() {
        assert_eq!(
            title("Some words\n\n## Plan\n\nMore").as_deref(),
            Some("Plan")
        );
        assert_eq!(
            title("Call the plumber. He knows why.").as_deref(),
            Some("Call the plumber")
        );
        assert_eq!(
            title("Costs 3.5 million. Too much.").as_deref(),
            Some("Costs 3.5 million")
        );
        assert_eq!(
            title("- milk\n- bread\n- eggs\n- tea").as_deref(),
            Some("milk, bread, eggs")
        );
        assert_eq!(title("今天开会。讨论了预算。").as_deref(), Some("今天开会"));
        assert_eq!(title("```\nlet x = 1;\n```"), None);
        assert_eq!(title(""), None);
    }

    #[test]
    fn a_title_stays_short_and_whole_words() {
        let long = "word ".repeat(60);
        let found = title(&long).unwrap();
        assert!(
            found.chars().count() <= LONGEST + 1 && found.ends_with("word…"),
            "{found}"
        );
    }

    #[test]
    fn a_title_that_is_there_stays() {
        let note = Note {
            title: "Mine",
            body: "# Other",
            ..Note::default()
        };
        assert_eq!(propose(&note, &Reading::of(&note)), None);
    }
}
