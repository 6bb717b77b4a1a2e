//! Keeping text from being read as the beginning of another block.

/// A paragraph that would be read as something else gets a backslash in the right place.
pub(super) fn guard(text: &str) -> String {
    let Some(first) = text.chars().next() else {
        return String::new();
    };
    // Some styles escape fewer characters; these two only matter at the start.
    if "#-+>| \t".contains(first) {
        return format!("\\{text}");
    }
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if let Some((number, rest)) = text.split_at_checked(digits)
        && digits > 0
        && rest.starts_with(['.', ')'])
    {
        return format!("{number}\\{rest}");
    }
    text.to_owned()
}

/// The same for text behind a marker, where only blanks are at risk.
pub(super) fn guard_blank(text: &str) -> String {
    if text.starts_with([' ', '\t']) {
        format!("\\{text}")
    } else {
        text.to_owned()
    }
}
