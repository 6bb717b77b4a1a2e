//! Words that are a slip away from a word.

/// How many slips a word of this many characters may have.
pub(crate) fn slips(length: usize) -> usize {
    match length {
        0..=3 => 0,
        4..=8 => 1,
        _ => 2,
    }
}

/// How many slips (a character missing, too many, another one, or two swapped) lie between two words;
/// `None` for more than `most`.
pub(crate) fn distance(a: &[char], b: &str, most: usize) -> Option<usize> {
    let b: Vec<char> = b.chars().collect();
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::with_capacity(b.len() + 1);
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut row: Vec<usize> = Vec::with_capacity(b.len() + 1);
    for (i, from) in a.iter().enumerate() {
        row.clear();
        row.push(i + 1);
        let mut least = i + 1;
        for (j, to) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let changed = at(&above, j) + usize::from(from != to);
            let mut best = changed.min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(to) && b.get(j - 1) == Some(from);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
            least = least.min(best);
        }
        if least > most {
            return None;
        }
        // The row before the last is not needed any more.
        std::mem::swap(&mut before, &mut above);
        std::mem::swap(&mut above, &mut row);
    }
    above.last().copied().filter(|slips| *slips <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        let distance = |a: &str, b, most| distance(&a.chars().collect::<Vec<_>>(), b, most);
        assert_eq!(distance("meeting", "meeting", 2), Some(0));
        assert_eq!(distance("meeting", "meeitng", 1), Some(1));
        assert_eq!(distance("meeting", "meting", 1), Some(1));
        assert_eq!(distance("meeting", "meetings", 1), Some(1));
        assert_eq!(distance("meeting", "meating", 1), Some(1));
        assert_eq!(distance("meeting", "seating", 1), None);
        assert_eq!(distance("meeting", "seating", 2), Some(2));
    }
}
