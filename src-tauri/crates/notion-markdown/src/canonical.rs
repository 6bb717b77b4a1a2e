//! The form in which two texts are compared: what changes by itself is left out, spellings are unified.

use sha2::{Digest, Sha256};

use crate::blocks;
use crate::loss::Losses;
use crate::model::{Block, Document, Inline, Kind, Span};
use crate::tag;
use crate::urls;

/// The longest title that is looked for.
const MAX_TITLE: usize = 8 * 1024;

/// How many tags a title may hold, so that a search among a thousand open mentions stays near.
const MAX_TITLE_TAGS: usize = 16;

/// What ends an address inside an attribute.
const ENDS: [&str; 4] = ["&quot;", "&lt;", "&gt;", "&#"];

/// Enhanced Markdown in the form for hashes and comparison: equal content gives equal text.
///
/// Signed query strings of files and inner titles of mentions and child pages are dropped; equivalent
/// spellings (colours, numbers of lists, aliases of code languages, layout of tables) are unified.
pub fn canonical(enhanced: &str) -> String {
    document(Document::from_enhanced(enhanced)).to_enhanced()
}

/// SHA-256 of [`canonical`], in hexadecimal.
pub fn canonical_hash(enhanced: &str) -> String {
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(canonical(enhanced).as_bytes()) {
        for half in [byte >> 4, byte & 15] {
            out.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
    }
    out
}

/// A document as it was read without what changes by itself.
pub(crate) fn document(mut document: Document) -> Document {
    let mut links = false;
    for one in &mut document.blocks {
        links |= block(one);
    }
    // Two links that differed in their signatures may have become one.
    if links {
        document.normalized()
    } else {
        document.arranged(&mut Losses::default())
    }
}

/// Brings one block and those below it into canonical form; whether the address of a link changed.
pub(crate) fn block(block: &mut Block) -> bool {
    let mut links = block.text_mut().is_some_and(|text| spans(text));
    match &mut block.kind {
        Kind::Image { url, .. } => url.truncate(urls::without_signature(url).len()),
        Kind::Code { language, .. } => *language = language_name(language),
        Kind::Table(table) => table
            .rows
            .iter_mut()
            .flat_map(|row| &mut row.cells)
            .for_each(|cell| links |= spans(&mut cell.text)),
        Kind::Opaque(source) => {
            *source = blocks::unsigned(source).unwrap_or_else(|| stable_source(source));
        }
        _ => {}
    }
    for child in &mut block.children {
        links |= self::block(child);
    }
    links
}

fn spans(text: &mut [Span]) -> bool {
    let mut links = false;
    for one in text {
        links |= span(one);
    }
    links
}

fn span(span: &mut Span) -> bool {
    let mut changed = false;
    if let Some(url) = &mut span.style.link {
        let kept = urls::without_signature(url).len();
        changed = kept < url.len();
        url.truncate(kept);
    }
    match &mut span.content {
        Inline::Page { title, .. } => title.clear(),
        Inline::Raw(source) => *source = stable_source(source),
        Inline::Text(_) | Inline::Break | Inline::Math(_) => {}
    }
    changed
}

/// Exact source without signatures and without the titles of pages and mentions.
pub(crate) fn stable_source(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find('<') {
        let (before, tail) = rest.split_at(at);
        push_unsigned(&mut out, before);
        let Some(tag) = tag::parse(tail) else {
            out.push('<');
            rest = tail.get(1..).unwrap_or_default();
            continue;
        };
        let (text, after) = tail.split_at(tag.len);
        rest = after;
        let titled = matches!(tag.name, "page" | "database") || tag.name.starts_with("mention-");
        let title = if titled && !tag.close && !tag.self_closing {
            title_end(after, tag.name)
        } else {
            None
        };
        push_unsigned(&mut out, text);
        if let Some((_, end)) = title {
            rest = after.get(end..).unwrap_or_default();
            let open = out.strip_suffix('>').unwrap_or(&out).trim_end().len();
            out.truncate(open);
            out.push_str("/>");
        }
    }
    push_unsigned(&mut out, rest);
    out
}

/// Where the title of an element ends, and where the element does; a title is one line, not a long one, and holds
/// few tags of its own.
pub(crate) fn title_end(text: &str, name: &str) -> Option<(usize, usize)> {
    let text = tag::window(text, MAX_TITLE).as_bytes();
    for at in memchr::memchr2_iter(b'<', b'\n', text).take(MAX_TITLE_TAGS) {
        let rest = text.get(at..)?;
        if rest.starts_with(b"\n") {
            return None;
        }
        let after = rest.strip_prefix(b"</");
        let after = after.and_then(|rest| rest.strip_prefix(name.as_bytes()));
        if after.is_some_and(|after| after.starts_with(b">")) {
            return Some((at, at + name.len() + 3));
        }
    }
    None
}

/// Appends a text in which every address has lost its signature.
fn push_unsigned(out: &mut String, text: &str) {
    // A signature stands behind a question mark.
    if memchr::memchr(b'?', text.as_bytes()).is_none() {
        return out.push_str(text);
    }
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let end = tail
            .find(['"', '\'', ')', '<', '>', ' ', '\n', '\t', '\\'])
            .unwrap_or(tail.len());
        // In an attribute an address ends where a quoted text inside it ends.
        let url = tail.get(..end).unwrap_or_default();
        let end = ENDS
            .iter()
            .filter_map(|mark| url.find(mark))
            .min()
            .unwrap_or(end);
        let (url, after) = tail.split_at(end);
        out.push_str(urls::without_signature(url));
        rest = after;
    }
    out.push_str(rest);
}

/// Notion's name for a code language; unknown names stay as they are.
pub(crate) fn language_name(language: &str) -> String {
    let lower = language.to_lowercase();
    let name = match lower.as_str() {
        "js" | "node" | "jsx" | "mjs" | "cjs" => "javascript",
        "ts" | "tsx" => "typescript",
        "py" | "python3" => "python",
        "sh" | "zsh" | "console" => "shell",
        "cpp" | "cc" | "cxx" | "hpp" => "c++",
        "cs" | "csharp" => "c#",
        "fs" | "fsharp" => "f#",
        "yml" => "yaml",
        "rb" => "ruby",
        "rs" => "rust",
        "kt" | "kts" => "kotlin",
        "md" => "markdown",
        "golang" => "go",
        "hs" => "haskell",
        "tex" => "latex",
        "dockerfile" => "docker",
        "make" => "makefile",
        "objc" | "objectivec" => "objective-c",
        "ps1" | "pwsh" => "powershell",
        "pl" => "perl",
        "ex" | "exs" => "elixir",
        "erl" => "erlang",
        "jl" => "julia",
        "gql" => "graphql",
        "proto" => "protobuf",
        "svg" | "xhtml" => "xml",
        "wasm" => "webassembly",
        "vb" => "visual basic",
        "text" | "txt" | "plain" | "plaintext" | "plain text" => "",
        other => other,
    };
    name.to_owned()
}
