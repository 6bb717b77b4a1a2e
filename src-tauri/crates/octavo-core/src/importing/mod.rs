//! Markdown files read as notes. Pure but for [`files`], which looks which files there are.

mod files;
mod front;
mod links;

pub(crate) use files::{Source, Unread, files, read};
pub(crate) use links::{Names, with_names};

use front::Front;

use crate::title;

/// A file's text taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) note_type: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) created: Option<i64>,
    pub(crate) edited: Option<i64>,
}

/// Reads a file's text. Its title is that of its front matter, else its first heading, else `stem`,
/// the name of the file. What the front matter says that a note has no place for stays in the text.
pub(crate) fn draft(text: &str, stem: &str) -> Draft {
    let text = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n");
    let (front, rest) = Front::split(&text);
    let (title, rest) = match front.title {
        Some(title) => (title, rest.to_owned()),
        None => match title::from_first_heading(rest) {
            Some(titled) => (titled.title, titled.body),
            None => (stem.to_owned(), rest.to_owned()),
        },
    };
    let rest = rest.trim_start_matches('\n');
    let body = if front.others.is_empty() {
        rest.to_owned()
    } else {
        format!("---\n{}---\n\n{rest}", front.others)
    };
    Draft {
        title,
        body,
        note_type: front.note_type,
        tags: front.tags,
        created: front.created,
        edited: front.edited,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_comes_before_heading_before_name() {
        let full = draft(
            "---\ntitle: \"A: b\"\ntype: Idea\ntags: [turin, 'steam mill', \"#turin\"]\ncreated: 1843-01-02\nedited: 2026-11-22T10:00:00Z\naliases:\n  - Engine\n---\n\n# Heading\n\ntext\n",
            "file",
        );
        assert_eq!(full.title, "A: b");
        assert_eq!(full.note_type.as_deref(), Some("Idea"));
        assert_eq!(full.tags, ["turin", "steam-mill"]);
        assert_eq!(full.edited, Some(1_795_341_600_000));
        assert!(full.created.is_some_and(|created| created < 0));
        assert_eq!(
            full.body,
            "---\naliases:\n  - Engine\n---\n\n# Heading\n\ntext\n"
        );
        let headed = draft("\u{FEFF}# Heading\r\n\r\ntext\r\n", "file");
        assert_eq!(
            (headed.title.as_str(), headed.body.trim()),
            ("Heading", "text")
        );
        let plain = draft("text\n", "file");
        assert_eq!(
            (plain.title.as_str(), plain.body.as_str()),
            ("file", "text\n")
        );
    }

    #[test]
    fn lists_of_tags_may_stand_below_their_name() {
        let draft = draft("---\ntags:\n  - a\n- b/c\ntype: Idea\n---\nx", "f");
        assert_eq!(draft.tags, ["a", "b/c"]);
        assert_eq!(draft.note_type.as_deref(), Some("Idea"));
        assert_eq!(draft.body, "x");
    }

    #[test]
    fn what_only_looks_like_front_matter_is_text() {
        for text in [
            "---\n\nover\n\n---\n",
            "---\ntitle: no end\n",
            "text\n\n---\n",
        ] {
            assert_eq!(draft(text, "f").body.trim(), text.trim(), "{text:?}");
            assert_eq!(draft(text, "f").title, "f");
        }
    }
}
