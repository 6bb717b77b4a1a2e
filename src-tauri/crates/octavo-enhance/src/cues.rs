//! Words by which people's notes show their type: `cues.txt`, read once.

use std::sync::LazyLock;

/// Cues of a type, and how much one of them says.
pub(crate) struct Cues {
    pub(crate) note_type: &'static str,
    pub(crate) weight: u32,
    /// The code of the language whose notes they are for; all, when there is none.
    pub(crate) language: Option<&'static str>,
    pub(crate) words: Vec<&'static str>,
}

pub(crate) static CUES: LazyLock<Vec<Cues>> =
    LazyLock::new(|| include_str!("cues.txt").lines().filter_map(cues).collect());

/// `Type weight [language]: cue, cue, …`; a line with `#` in front is a remark.
fn cues(line: &'static str) -> Option<Cues> {
    let (head, words) = line.split_once(": ").filter(|_| !line.starts_with('#'))?;
    let mut head = head.split(' ');
    Some(Cues {
        note_type: head.next()?,
        weight: head.next()?.parse().ok()?,
        language: head.next(),
        words: words.split(", ").collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::folded;

    #[test]
    fn every_line_is_read_and_written_as_it_is_compared() {
        let lines = include_str!("cues.txt").lines();
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        assert_eq!(CUES.len(), lines.count());
        for cues in CUES.iter() {
            for word in &cues.words {
                assert_eq!(&folded(word), word, "{}", cues.note_type);
            }
        }
    }
}
