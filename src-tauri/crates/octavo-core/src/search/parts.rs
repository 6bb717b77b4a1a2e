//! What of a note is found, sorted by where it stands.

use notion_markdown::{Block, Document, Inline, Kind, Span};

/// What a note holds, as bits of one number; a query's `has:` asks for them.
pub(crate) mod flag {
    pub(crate) const TASK: i64 = 1;
    pub(crate) const OPEN: i64 = 1 << 1;
    pub(crate) const DONE: i64 = 1 << 2;
    pub(crate) const LINK: i64 = 1 << 3;
    pub(crate) const FILE: i64 = 1 << 4;
    pub(crate) const IMAGE: i64 = 1 << 5;
    pub(crate) const CODE: i64 = 1 << 6;
    pub(crate) const TABLE: i64 = 1 << 7;
    pub(crate) const HEADING: i64 = 1 << 8;
}

/// The searchable parts of a body.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) headings: String,
    pub(crate) text: String,
    /// Words and addresses of links, titles of mentioned pages.
    pub(crate) links: String,
    /// Names of files and pictures.
    pub(crate) files: String,
    pub(crate) flags: i64,
}

impl Parts {
    pub(crate) fn of(body: &str) -> Self {
        let document = Document::from_body(body);
        let mut parts = Self {
            text: document.plain_text(),
            ..Self::default()
        };
        parts.blocks(&document.blocks);
        parts
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match &block.kind {
                Kind::Heading { text, .. } => {
                    self.flags |= flag::HEADING;
                    line(&mut self.headings, &words_of(text));
                }
                Kind::Todo { checked, .. } => {
                    let state = if *checked { flag::DONE } else { flag::OPEN };
                    self.flags |= flag::TASK | state;
                }
                Kind::Code { .. } => self.flags |= flag::CODE,
                Kind::Table(table) => {
                    self.flags |= flag::TABLE;
                    for cell in table.rows.iter().flat_map(|row| &row.cells) {
                        self.spans(&cell.text);
                    }
                }
                Kind::Image { caption, url } => {
                    self.flags |= flag::IMAGE | flag::FILE;
                    self.spans(caption);
                    line(&mut self.files, file_name(url));
                }
                Kind::Opaque(source) => self.opaque(source),
                _ => {}
            }
            self.spans(block.text().unwrap_or_default());
            self.blocks(&block.children);
        }
    }

    fn spans(&mut self, spans: &[Span]) {
        for span in spans {
            match &span.content {
                Inline::Page { title, .. } => {
                    self.flags |= flag::LINK;
                    line(&mut self.links, title);
                }
                Inline::Text(text) => {
                    if let Some(address) = &span.style.link {
                        self.flags |= flag::LINK;
                        line(&mut self.links, text);
                        line(&mut self.links, plain_address(address));
                    }
                }
                _ => {}
            }
        }
    }

    /// Files, videos and the like stand as tags with their address in `src`.
    fn opaque(&mut self, source: &str) {
        for tag in ["<file", "<pdf", "<video", "<audio"] {
            if source.trim_start().starts_with(tag) {
                self.flags |= flag::FILE;
                let address = source.split_once("src=\"").map_or("", |(_, rest)| rest);
                let address = address.split('"').next().unwrap_or_default();
                line(&mut self.files, file_name(address));
            }
        }
    }
}

fn words_of(spans: &[Span]) -> String {
    spans
        .iter()
        .map(|span| match &span.content {
            Inline::Text(text) | Inline::Math(text) | Inline::Page { title: text, .. } => text,
            Inline::Break | Inline::Raw(_) => " ",
        })
        .collect()
}

fn line(out: &mut String, text: &str) {
    if !text.is_empty() {
        out.push_str(text);
        out.push('\n');
    }
}

/// An address without what nobody remembers of it: the scheme, and its signature.
fn plain_address(address: &str) -> &str {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    address.split_once("://").map_or(address, |(_, rest)| rest)
}

fn file_name(address: &str) -> &str {
    plain_address(address)
        .rsplit('/')
        .next()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_sorted_into_its_parts() {
        let body = "# Mill\n\nSee [the plan](https://example.org/engine/plan?sig=1) \n\n- [ ] oil\n- [x] coal\n\n![cap](https://x.example/a/wheel.png)\n";
        let parts = Parts::of(body);
        assert_eq!(parts.headings, "Mill\n");
        assert_eq!(parts.links, "the plan\nexample.org/engine/plan\n");
        assert_eq!(parts.files, "wheel.png\n");
        let expected = flag::HEADING
            | flag::LINK
            | flag::TASK
            | flag::OPEN
            | flag::DONE
            | flag::IMAGE
            | flag::FILE;
        assert_eq!(parts.flags, expected);
        assert!(parts.text.contains("See the plan"));
    }
}
