//! The smallest set of search-and-replace pairs that turns one text into another.

use crate::canonical::canonical;
use crate::edits::{Edit, edits, whole_edit};
use crate::windows::{Base, pairs};

/// What to send so that a page with the base becomes the new text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Update {
    /// Both mean the same.
    Unchanged,
    /// These pairs, in this order. More than the service takes at once can be sent in several
    /// requests, cut anywhere.
    Replace(Vec<Replacement>),
    /// Pairs cannot say it (the page is empty, or will be): the whole new text.
    Whole(String),
}

/// One search-and-replace pair. `old_str` occurs exactly once where it is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// What is searched for, literally.
    pub old_str: String,
    /// What takes its place.
    pub new_str: String,
}

/// Finds what turns `base_enhanced`, as the service last answered it, into `new_enhanced`.
///
/// Blocks that mean the same are left in the spelling of the base. The pairs give the same result one
/// after the other and all at once; where possible a pair cannot be applied twice, because it
/// destroys what it searches for. Titles of mentions, signed addresses and opaque cards are no part of a
/// pair unless they changed.
pub fn diff(base_enhanced: &str, new_enhanced: &str) -> Update {
    let target = canonical(new_enhanced);
    if canonical(base_enhanced) == target {
        return Update::Unchanged;
    }
    let whole = || Update::Whole(new_enhanced.to_owned());
    if base_enhanced.trim().is_empty() || new_enhanced.trim().is_empty() {
        return whole();
    }
    let base = Base::new(base_enhanced);
    let plans: [fn(&str, &str) -> Vec<Edit>; 3] = [
        |base, new| edits(base, new, true),
        |base, new| edits(base, new, false),
        whole_edit,
    ];
    for plan in plans {
        let plan = plan(base_enhanced, new_enhanced);
        if let Some(found) = pairs(&base, plan)
            && apply(base_enhanced, &found).is_some_and(|result| canonical(&result) == target)
        {
            return Update::Replace(found);
        }
    }
    whole()
}

/// Applies pairs one after the other. None when one does not occur exactly once.
pub fn apply(base: &str, pairs: &[Replacement]) -> Option<String> {
    let mut text = base.to_owned();
    for pair in pairs {
        let at = only(&text, &pair.old_str)?;
        text.replace_range(at..at + pair.old_str.len(), &pair.new_str);
    }
    Some(text)
}

/// Where `needle` occurs, when it occurs exactly once, overlaps counted.
pub(crate) fn only(text: &str, needle: &str) -> Option<usize> {
    let first = text.find(needle)?;
    let step = needle.chars().next()?.len_utf8();
    let again = text.get(first + step..)?.contains(needle);
    (!again).then_some(first)
}
