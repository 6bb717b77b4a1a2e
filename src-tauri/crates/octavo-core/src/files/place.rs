//! Where the kept files of a body are in Notion, and how the body is said there. Pure: no database, no
//! network.
//!
//! Between a body and its page stands the page's *whole* text: a file that is in Notion has the address
//! it has there, any other one an address that leads nowhere ([`UNPLACED`]). Texts of both sides are
//! compared and merged in that form, so that nothing of a file gets lost on the way. What is sent is
//! that text without the files that are not there yet, and with a line of words for those that stay.

use std::collections::HashMap;

use notion_markdown::{Block, Document, Inline, Kind, Span, body_to_enhanced, enhanced_to_body};
use serde::{Deserialize, Serialize};

use super::address::{Reference, SCHEME, references, with_each};

/// How the address of a file that is not in Notion begins; `.invalid` never leads anywhere (RFC 2606).
const UNPLACED: &str = "https://octavo.invalid/file/";

/// What is known of one file that a body refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Placed {
    /// As the body refers to it.
    pub(crate) address: String,
    pub(crate) place: Place,
}

/// Where a file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Place {
    /// On its way: announced under this id, so many parts of it arrived.
    Sending {
        upload: String,
        at: i64,
        parts: u32,
        sent: u32,
        /// Nothing is missing but its place on the page.
        whole: bool,
    },
    /// On the page, at this address without its signature.
    There { url: String },
    /// On this computer only; the page has this line in its place.
    Stays { line: String },
}

/// The address of a file that has no place, in the whole text of a page.
pub(crate) fn unplaced(address: &str) -> String {
    address.replacen(SCHEME, UNPLACED, 1)
}

/// An address without the signature with which it ends some day.
pub(crate) fn unsigned(url: &str) -> &str {
    url.split('?').next().unwrap_or(url)
}

/// The whole text of a body's page, in enhanced Markdown. `base` is what Notion has.
pub(crate) fn whole_text(body: &str, files: &[Placed], base: &str) -> String {
    if !body.contains(SCHEME) {
        return body_to_enhanced(body);
    }
    let urls = addresses(base);
    let choice = Choice::new(body, files, base, &urls);
    let body = with_each(body, |at, reference| {
        Some(
            choice
                .of(at)
                .unwrap_or_else(|| unplaced(&reference.address)),
        )
    });
    body_to_enhanced(&body)
}

/// The body of a page's whole text.
pub(crate) fn body_of(text: &str, files: &[Placed]) -> String {
    let mut body = enhanced_to_body(text);
    for file in files {
        if let Place::There { url } = &file.place {
            body = with_local(&body, url, &file.address);
        }
    }
    body.replace(UNPLACED, SCHEME)
}

/// Replaces an address in Notion, however it is signed.
fn with_local(text: &str, url: &str, address: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(url) {
        out.push_str(before);
        out.push_str(address);
        rest = after;
        if rest.starts_with('?') {
            let end = rest.find(|c: char| c.is_whitespace() || ")\"'<>".contains(c));
            rest = end.and_then(|end| rest.get(end..)).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}

/// Which address in Notion each place of a body has.
struct Choice {
    by_place: HashMap<usize, String>,
}

impl Choice {
    fn new(body: &str, files: &[Placed], base: &str, urls: &[String]) -> Self {
        let mut left: HashMap<&str, Vec<&String>> = HashMap::new();
        for url in urls {
            let known = files.iter().find(
                |file| matches!(&file.place, Place::There { url: there } if there == unsigned(url)),
            );
            if let Some(file) = known {
                left.entry(&file.address).or_default().push(url);
            }
        }
        let mut by_place = HashMap::new();
        let places = references(body);
        // The same content twice: whichever stands where it stood keeps its address.
        let twice = left.values().any(|urls| urls.len() > 1) || has_double(&places);
        if twice {
            for (at, url) in same_place(body, files, base, urls) {
                if let Some(place) = places.iter().find(|place| place.at == at)
                    && let Some(urls) = left.get_mut(place.address.as_str())
                    && let Some(found) = urls.iter().position(|known| **known == url)
                {
                    urls.remove(found);
                    by_place.insert(at, url);
                }
            }
        }
        for place in &places {
            if by_place.contains_key(&place.at) {
                continue;
            }
            let urls = left.get_mut(place.address.as_str());
            if let Some(urls) = urls.filter(|urls| !urls.is_empty()) {
                by_place.insert(place.at, urls.remove(0).clone());
            }
        }
        Self { by_place }
    }

    fn of(&self, at: usize) -> Option<String> {
        self.by_place.get(&at).cloned()
    }
}

fn has_double(places: &[Reference]) -> bool {
    let mut seen = std::collections::HashSet::new();
    places.iter().any(|place| !seen.insert(&place.address))
}

/// The places of a body whose line is on the page as it is, with the address there.
fn same_place(body: &str, files: &[Placed], base: &str, urls: &[String]) -> Vec<(usize, String)> {
    let there = body_of(base, files);
    let known: Vec<&String> = urls
        .iter()
        .filter(|url| {
            files.iter().any(
                |file| matches!(&file.place, Place::There { url: there } if there == unsigned(url)),
            )
        })
        .collect();
    let stood = references(&there);
    let (old, new): (Vec<&str>, Vec<&str>) = (there.lines().collect(), body.lines().collect());
    let mut found = Vec::new();
    for op in similar::capture_diff_slices(similar::Algorithm::Myers, &old, &new) {
        if !matches!(op, similar::DiffOp::Equal { .. }) {
            continue;
        }
        for (was, is) in op.old_range().zip(op.new_range()) {
            let in_line = |lines: &[&str], at: usize, places: &[Reference]| -> Vec<usize> {
                let begin: usize = lines.iter().take(at).map(|line| line.len() + 1).sum();
                let end = begin + lines.get(at).map_or(0, |line| line.len());
                let inside = |(_, place): &(usize, &Reference)| (begin..end).contains(&place.at);
                let places = places.iter().enumerate();
                places.filter(inside).map(|(number, _)| number).collect()
            };
            let here = references(body);
            let (was, is) = (in_line(&old, was, &stood), in_line(&new, is, &here));
            for (was, is) in was.into_iter().zip(is) {
                if let (Some(url), Some(place)) = (known.get(was), here.get(is)) {
                    found.push((place.at, (*url).clone()));
                }
            }
        }
    }
    found
}

/// Every address of a file or picture of a text in enhanced Markdown, in its order, as it stands there.
pub(crate) fn addresses(enhanced: &str) -> Vec<String> {
    let mut found = Vec::new();
    each(&Document::from_enhanced(enhanced).blocks, &mut |block| {
        found.extend(media(block));
    });
    found
}

fn each(blocks: &[Block], seen: &mut dyn FnMut(&Block)) {
    let mut stack: Vec<&Block> = blocks.iter().rev().collect();
    while let Some(block) = stack.pop() {
        seen(block);
        stack.extend(block.children.iter().rev());
    }
}

/// The address of a picture or file.
fn media(block: &Block) -> Option<String> {
    match &block.kind {
        Kind::Image { url, .. } => Some(url.clone()),
        Kind::Opaque(source) => {
            let kinds = ["<file ", "<pdf ", "<audio ", "<video "];
            kinds.iter().find(|kind| source.starts_with(**kind))?;
            let (_, rest) = source.split_once("src=\"")?;
            let (url, _) = rest.split_once('"')?;
            Some(url.replace("&amp;", "&"))
        }
        _ => None,
    }
}

fn local(url: &str) -> Option<String> {
    let rest = url.strip_prefix(UNPLACED)?;
    Some(format!("{SCHEME}{rest}"))
}

/// What of a page's whole text Notion gets: nothing of files that are not there yet but `also`, and a
/// line of words for those that stay.
pub(crate) fn outward(text: &str, files: &[Placed], also: Option<&str>) -> String {
    if !text.contains(UNPLACED) {
        return text.to_owned();
    }
    let mut document = Document::from_enhanced(text);
    let mut sending = Outward { files, also };
    sending.blocks(&mut document.blocks);
    document.normalized().to_enhanced()
}

struct Outward<'a> {
    files: &'a [Placed],
    /// Once: the same content may stand there twice.
    also: Option<&'a str>,
}

impl Outward<'_> {
    fn blocks(&mut self, blocks: &mut Vec<Block>) {
        let mut kept = Vec::with_capacity(blocks.len());
        for mut block in std::mem::take(blocks) {
            if let Some(text) = spans_of(&mut block.kind) {
                text.iter_mut().for_each(without_local_link);
            }
            let Some(address) = media(&block).and_then(|url| local(&url)) else {
                self.blocks(&mut block.children);
                kept.push(block);
                continue;
            };
            if self.also == Some(address.as_str()) {
                self.also = None;
                kept.push(block);
            } else if let Some(line) = line_of(self.files, &address) {
                kept.push(Block::new(Kind::Paragraph(vec![Span::text(line)])));
            }
        }
        *blocks = kept;
    }
}

fn line_of<'a>(files: &'a [Placed], address: &str) -> Option<&'a str> {
    files.iter().find_map(|file| match &file.place {
        Place::Stays { line } if file.address == address => Some(line.as_str()),
        _ => None,
    })
}

fn spans_of(kind: &mut Kind) -> Option<&mut Vec<Span>> {
    match kind {
        Kind::Paragraph(text)
        | Kind::Heading { text, .. }
        | Kind::Bullet(text)
        | Kind::Numbered { text, .. }
        | Kind::Todo { text, .. }
        | Kind::Quote(text)
        | Kind::Toggle(text) => Some(text),
        _ => None,
    }
}

/// Inside a line there is no place for a file: its words remain.
fn without_local_link(span: &mut Span) {
    if span
        .style
        .link
        .as_deref()
        .is_some_and(|link| link.starts_with(UNPLACED))
    {
        span.style.link = None;
    }
}

/// The whole text behind what Notion has: the lines of words are the files that stay again, as `mine`
/// shows them.
pub(crate) fn inward(text: &str, files: &[Placed], mine: &str) -> String {
    let stays: Vec<(&str, &str)> = files
        .iter()
        .filter_map(|file| match &file.place {
            Place::Stays { line } if text.contains(file_name(line)) => {
                Some((line.as_str(), file.address.as_str()))
            }
            _ => None,
        })
        .collect();
    if stays.is_empty() {
        return text.to_owned();
    }
    let mut shown = HashMap::new();
    each(&Document::from_enhanced(mine).blocks, &mut |block| {
        if let Some(address) = media(block).and_then(|url| local(&url)) {
            shown.entry(address).or_insert_with(|| block.clone());
        }
    });
    let mut document = Document::from_enhanced(text);
    put_back(&mut document.blocks, &stays, &shown);
    document.normalized().to_enhanced()
}

/// A part of the line that no notation escapes.
fn file_name(line: &str) -> &str {
    line.split(|c: char| !c.is_alphanumeric())
        .max_by_key(|word| word.len())
        .unwrap_or_default()
}

fn put_back(blocks: &mut [Block], stays: &[(&str, &str)], shown: &HashMap<String, Block>) {
    for block in blocks {
        if let Kind::Paragraph(text) = &block.kind {
            let words = plain(text);
            let known = stays.iter().find(|(line, _)| *line == words.trim());
            if let Some((_, address)) = known {
                *block = shown.get(*address).cloned().unwrap_or_else(|| {
                    Block::new(Kind::Image {
                        caption: Vec::new(),
                        url: unplaced(address),
                    })
                });
                continue;
            }
        }
        put_back(&mut block.children, stays, shown);
    }
}

fn plain(text: &[Span]) -> String {
    text.iter()
        .filter_map(|span| match &span.content {
            Inline::Text(words) => Some(words.as_str()),
            _ => None,
        })
        .collect()
}

/// The first file of a page's whole text that has no place yet and does not stay.
pub(crate) fn pending(text: &str, files: &[Placed]) -> Option<String> {
    if !text.contains(UNPLACED) {
        return None;
    }
    let mut found = addresses(text).into_iter().filter_map(|url| local(&url));
    found.find(|address| line_of(files, address).is_none())
}

/// Says in the JSON of a request that a block shows an upload; whether it was there.
pub(crate) fn with_upload(value: &mut serde_json::Value, address: &str, upload: &str) -> bool {
    match value {
        serde_json::Value::Array(items) => items
            .iter_mut()
            .any(|item| with_upload(item, address, upload)),
        serde_json::Value::Object(map) => {
            let ours = map
                .get("external")
                .and_then(|external| external.get("url"))
                .and_then(serde_json::Value::as_str)
                .is_some_and(|url| url == unplaced(address));
            if ours {
                map.remove("external");
                map.insert("type".to_owned(), "file_upload".into());
                let id = serde_json::json!({ "id": upload });
                map.insert("file_upload".to_owned(), id);
                return true;
            }
            map.values_mut()
                .any(|item| with_upload(item, address, upload))
        }
        _ => false,
    }
}
