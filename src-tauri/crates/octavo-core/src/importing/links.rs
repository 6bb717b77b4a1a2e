//! Links among files become names of notes.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

/// The titles by which the files of an import can be named: those that mean one note only.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<PathBuf, String>);

impl Names {
    /// Of the files and their titles; `others` are titles of notes that were there before.
    pub(crate) fn new<'a>(
        files: impl Iterator<Item = (&'a Path, &'a str)> + Clone,
        others: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut times: HashMap<String, usize> = HashMap::new();
        for title in files.clone().map(|(_, title)| title).chain(others) {
            *times.entry(key(title)).or_default() += 1;
        }
        let named = files.filter(|(_, title)| {
            let fits = !title.trim().is_empty() && !title.contains(['[', ']', '|', '\\', '`']);
            fits && times.get(&key(title)) == Some(&1)
        });
        Self(
            named
                .map(|(path, title)| (path.to_owned(), title.to_owned()))
                .collect(),
        )
    }
}

fn key(title: &str) -> String {
    let words: Vec<String> = title.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

/// A body in which links to files of the import are `[[Title]]`. Words of a link that are not the
/// title stay before it.
pub(crate) fn with_names(body: &str, file: &Path, names: &Names) -> String {
    // The quick way out for most notes.
    if names.0.is_empty() || !body.contains("](") {
        return body.to_owned();
    }
    let folder = file.parent().unwrap_or(file);
    let mut out = String::with_capacity(body.len());
    let mut from = 0;
    for link in links(body) {
        let Some(title) = target(folder, &link.address).and_then(|path| names.0.get(&path)) else {
            continue;
        };
        out.push_str(body.get(from..link.range.start).unwrap_or_default());
        if link.words.trim().is_empty() || key(&link.words) == key(title) {
            let _ = write!(out, "[[{title}]]");
        } else {
            let words = body.get(link.inner.clone()).unwrap_or(&link.words);
            let _ = write!(out, "{words} ([[{title}]])");
        }
        from = link.range.end;
    }
    out.push_str(body.get(from..).unwrap_or_default());
    out
}

struct Link {
    range: Range<usize>,
    /// What stands between its brackets.
    inner: Range<usize>,
    address: String,
    words: String,
}

/// The links of a text that stand with their address in round brackets.
fn links(body: &str) -> Vec<Link> {
    let mut found: Vec<Link> = Vec::new();
    let mut open: Option<Link> = None;
    for (event, range) in Parser::new_ext(body, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Link {
                link_type: LinkType::Inline,
                dest_url,
                ..
            }) => {
                open = Some(Link {
                    inner: range.start + 1..range.start + 1,
                    range,
                    address: dest_url.into_string(),
                    words: String::new(),
                });
            }
            Event::End(TagEnd::Link) => found.extend(open.take()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(link) = &mut open {
                    link.words.push_str(&text);
                    link.inner.end = range.end;
                }
            }
            // The ends of emphasis and the like belong to the words too.
            Event::End(_) => {
                if let Some(link) = &mut open {
                    link.inner.end = range.end;
                }
            }
            _ => {}
        }
    }
    found
}

/// The file that an address means, seen from a folder.
fn target(folder: &Path, address: &str) -> Option<PathBuf> {
    let address = address.split(['#', '?']).next().unwrap_or_default();
    if address.is_empty() || address.contains("://") || address.starts_with("mailto:") {
        return None;
    }
    let mut path = PathBuf::new();
    for part in folder.join(decoded(address)?).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::CurDir => {}
            part => path.push(part),
        }
    }
    Some(path)
}

/// A path without percent signs before hexadecimal digits (RFC 3986, §2.1).
fn decoded(address: &str) -> Option<String> {
    let mut out = Vec::with_capacity(address.len());
    let mut bytes = address.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut after = bytes.clone();
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        match (digit(after.next()), digit(after.next())) {
            (Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).ok()?);
                bytes = after;
            }
            _ => out.push(byte),
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linked(body: &str) -> String {
        let files = [
            ("/n/a b.md", "Alpha"),
            ("/n/sub/c.md", "Gamma"),
            ("/n/d.md", "Twice"),
            ("/n/e.md", "twice"),
        ];
        let files = files.iter().map(|(path, title)| (Path::new(*path), *title));
        let names = Names::new(files, std::iter::once("Other"));
        with_names(body, Path::new("/n/sub/x.md"), &names)
    }

    #[test]
    fn links_among_the_files_become_names() {
        for (body, wanted) in [
            ("[Alpha](../a%20b.md) x", "[[Alpha]] x"),
            ("[alpha](<../a b.md>)", "[[Alpha]]"),
            (
                "see [the **plan**](./c.md#part).",
                "see the **plan** ([[Gamma]]).",
            ),
            ("| [](c.md) |\n|---|\n", "| [[Gamma]] |\n|---|\n"),
        ] {
            assert_eq!(linked(body), wanted, "{body}");
        }
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        for body in [
            "[x](https://example.org/c.md)",
            "`[x](c.md)`",
            "![x](c.md)",
            "[x](../d.md) [y](../nothing.md) [z](#here)",
            "```\n[x](c.md)\n```",
        ] {
            assert_eq!(linked(body), body);
        }
    }
}
