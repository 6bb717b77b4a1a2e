//! Links among the notes of an export lead from file to file, so that any program can follow them.

use std::collections::HashMap;
use std::fmt::Write as _;

use notion_markdown::{Block, Document, Inline, Kind, Span, note_names};

use crate::links::key_of;

/// The files of an export, by what a note can be named by.
#[derive(Debug, Default)]
pub(super) struct NoteFiles {
    /// By page ids.
    pages: HashMap<String, String>,
    /// By titles; none for those of several notes.
    titles: HashMap<String, Option<String>>,
}

impl NoteFiles {
    /// Adds the file of a note.
    pub(super) fn add(&mut self, title: &str, page: Option<&str>, file: &str) {
        if let Some(page) = page {
            self.pages.insert(page.to_owned(), file.to_owned());
        }
        let key = key_of(title);
        if !key.is_empty() {
            self.titles
                .entry(key)
                .and_modify(|known| *known = None)
                .or_insert_with(|| Some(file.to_owned()));
        }
    }

    /// A body in which mentions and names of notes that are in the export are links to their files. What
    /// leads elsewhere stays as it is.
    pub(super) fn linked(&self, body: &str) -> String {
        let named = self.names_linked(body);
        if self.pages.is_empty() || !named.contains("notion://") {
            return named;
        }
        let mut document = Document::from_body(&named);
        if self.blocks(&mut document.blocks) {
            document.to_body()
        } else {
            named
        }
    }

    fn names_linked(&self, body: &str) -> String {
        let mut out = String::new();
        let mut from = 0;
        for found in note_names(body) {
            let Some(Some(file)) = self.titles.get(&key_of(&found.name)) else {
                continue;
            };
            let written = body.get(found.range.clone()).unwrap_or_default();
            let inside = written.trim_start_matches('[').trim_end_matches(']');
            // The words as they are written, marks and all.
            let words = inside.split_once('|').map_or(inside, |(_, words)| words);
            out.push_str(body.get(from..found.range.start).unwrap_or_default());
            let _ = write!(out, "[{}]({})", words.trim(), address(file));
            from = found.range.end;
        }
        out.push_str(body.get(from..).unwrap_or_default());
        out
    }

    /// Tells whether anything was changed.
    fn blocks(&self, blocks: &mut [Block]) -> bool {
        let mut changed = false;
        for block in blocks {
            if let Some(text) = block.text_mut() {
                changed |= self.spans(text);
            }
            if let Kind::Table(table) = &mut block.kind {
                for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
                    changed |= self.spans(&mut cell.text);
                }
            }
            changed |= self.blocks(&mut block.children);
        }
        changed
    }

    fn spans(&self, spans: &mut [Span]) -> bool {
        let mut changed = false;
        for span in spans {
            let Inline::Page { id, title } = &span.content else {
                continue;
            };
            let Some(file) = self.pages.get(id) else {
                continue;
            };
            let stem = file.strip_suffix(".md").unwrap_or(file);
            let words = if title.trim().is_empty() { stem } else { title };
            span.style.link = Some(address(file));
            span.content = Inline::Text(words.to_owned());
            changed = true;
        }
        changed
    }
}

/// A file of the same folder as an address (RFC 3986, section 2.1): what may mean something in an address
/// or in Markdown is written by its bytes.
fn address(file: &str) -> String {
    let mut out = String::new();
    for byte in file.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "11111111-2222-3333-4444-555555555555";

    fn files() -> NoteFiles {
        let mut files = NoteFiles::default();
        files.add("Mill (old)", Some(PAGE), "Mill (old).md");
        files.add("Café", None, "Café.md");
        files.add("Twice", None, "Twice.md");
        files.add("twice", None, "twice 2.md");
        files
    }

    #[test]
    fn names_of_one_note_lead_to_its_file() {
        let body =
            "See [[Mill (old)]], [[café|the *café*]], [[Twice]], `[[Café]]` and [[Nowhere]].\n";
        assert_eq!(
            files().linked(body),
            "See [Mill (old)](Mill%20%28old%29.md), [the *café*](Caf%C3%A9.md), [[Twice]], `[[Café]]` \
             and [[Nowhere]].\n"
        );
    }

    #[test]
    fn mentions_lead_to_files_and_others_stay() {
        let other = "99999999-2222-3333-4444-555555555555";
        let known = crate::links::mention(PAGE, "Mill");
        let unknown = crate::links::mention(other, "Elsewhere");
        let body = format!("- of {known}\n\n> and {unknown}\n");
        let linked = files().linked(&body);
        assert!(linked.contains("[Mill](Mill%20%28old%29.md)"), "{linked}");
        assert!(linked.contains(&unknown), "{linked}");
        let apart = format!("only {unknown}\n");
        assert_eq!(files().linked(&apart), apart);
    }
}
