//! Inline content of enhanced Markdown.
//!
//! Notion escapes every special character of text, so an unescaped marker is a marker wherever it stands.

use crate::inline::{Builder, Closer, Mark};
use crate::model::{Inline, Span};
use crate::tag::{self, Tag};
use crate::urls;

pub(crate) use crate::enhanced::inline_out::{write, write_code};
pub(crate) use crate::enhanced::lexer::unescape;
use crate::enhanced::lexer::{
    Ticks, citation, destination, find_dollar, find_ticks, last_ticks, strip_code_padding,
};
use crate::enhanced::tags::is_block;
pub(crate) use crate::enhanced::tags::{html, html_mark, is_mention, mention, span};

/// How far an address or a tag may reach; what is longer is text.
pub(crate) const MAX_URL: usize = 8 * 1024;

/// What to do with tags that neither notation knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// Notion wrote them: keep the exact source.
    Keep,
    /// A person wrote them: show them.
    Show,
}

/// Where the next character stands that may be markup.
fn next_marker(text: &str) -> Option<usize> {
    text.bytes()
        .position(|b| matches!(b, b'\\' | b'*' | b'~' | b'`' | b'$' | b'[' | b']' | b'<'))
}

/// Reads one line (or one cell) of inline content.
pub(crate) fn parse(text: &str, unknown: Unknown) -> Vec<Span> {
    if next_marker(text).is_none() {
        return crate::inline::normalize(vec![Span::text(text)]);
    }
    let mut reader = Reader {
        text,
        at: 0,
        plain: 0,
        builder: Builder::default(),
        unknown,
        no_math: false,
        ticks: None,
    };
    reader.run();
    reader.builder.spans()
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Where text that was not pushed yet begins.
    plain: usize,
    builder: Builder,
    unknown: Unknown,
    no_math: bool,
    ticks: Option<Ticks>,
}

impl<'a> Reader<'a> {
    fn run(&mut self) {
        while let Some(skip) = next_marker(self.rest()) {
            self.at += skip;
            let before = self.at;
            if !self.marker() {
                // Not a marker: it stays in the pending text.
                self.at = before + 1;
            }
        }
        self.at = self.text.len();
        self.flush();
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn flush(&mut self) {
        if let Some(text) = self.text.get(self.plain..self.at)
            && !text.is_empty()
        {
            self.builder.text(text);
        }
        self.plain = self.at;
    }

    /// Moves on by `len` bytes that were dealt with.
    fn skip(&mut self, len: usize) {
        self.at += len;
        self.plain = self.at;
    }

    fn marker(&mut self) -> bool {
        match self.rest().as_bytes().first() {
            Some(b'\\') => self.escape(),
            Some(b'*') => self.stars(),
            Some(b'~') => self.tildes(),
            Some(b'`') => self.code(),
            Some(b'$') => self.math(),
            Some(b'[') => self.bracket(),
            Some(b']') => self.close_bracket(),
            Some(b'<') => self.tag(),
            _ => false,
        }
    }

    fn escape(&mut self) -> bool {
        let Some(next) = self
            .rest()
            .chars()
            .nth(1)
            .filter(char::is_ascii_punctuation)
        else {
            return false;
        };
        self.flush();
        self.builder.text(next.encode_utf8(&mut [0; 4]));
        self.skip(2);
        true
    }

    /// Whether a marker of `len` bytes here could open or close.
    fn flanks(&self, len: usize) -> (bool, bool) {
        let before = self
            .text
            .get(..self.at)
            .and_then(|text| text.chars().next_back());
        let after = self
            .text
            .get(self.at + len..)
            .and_then(|text| text.chars().next());
        (
            after.is_some_and(|c| !c.is_whitespace()),
            before.is_some_and(|c| !c.is_whitespace()),
        )
    }

    fn stars(&mut self) -> bool {
        let len = self.rest().bytes().take_while(|b| *b == b'*').count();
        let (can_open, can_close) = self.flanks(len);
        let (bold, italic) = (
            self.builder.has_open(Closer::Bold),
            self.builder.has_open(Closer::Italic),
        );
        // Runs of four and more arise where one mark ends and is opened again at once.
        let (flip_bold, flip_italic) = match (len, bold, italic) {
            (2, ..) | (4, _, true) => (true, false),
            (3, ..) => (true, true),
            (1, ..) | (5, true, _) => (false, true),
            _ => (false, false),
        };
        if flip_bold && !(if bold { can_close } else { can_open })
            || flip_italic && !(if italic { can_close } else { can_open })
            || !(flip_bold || flip_italic)
        {
            self.at += len - 1;
            return self.pass();
        }
        self.flush();
        for (flip, is_open, mark, closer, literal) in [
            (flip_bold, bold, Mark::Bold, Closer::Bold, "**"),
            (flip_italic, italic, Mark::Italic, Closer::Italic, "*"),
        ] {
            if flip && is_open {
                self.builder.close(closer, literal, None);
            } else if flip {
                self.builder.open(mark, literal, None);
            }
        }
        self.skip(len);
        true
    }

    /// Leaves a run of marker characters in the pending text.
    fn pass(&mut self) -> bool {
        self.at += 1;
        true
    }

    fn tildes(&mut self) -> bool {
        let len = self.rest().bytes().take_while(|b| *b == b'~').count();
        let (can_open, can_close) = self.flanks(len);
        let open = self.builder.has_open(Closer::Strike);
        if len != 2 || !(if open { can_close } else { can_open }) {
            self.at += len - 1;
            return self.pass();
        }
        self.flush();
        if open {
            self.builder.close(Closer::Strike, "~~", None);
        } else {
            self.builder.open(Mark::Strike, "~~", None);
        }
        self.skip(2);
        true
    }

    fn code(&mut self) -> bool {
        let rest = self.rest();
        let len = rest.bytes().take_while(|b| *b == b'`').count();
        let body = rest.get(len..).unwrap_or_default();
        let ticks = self.ticks.get_or_insert_with(|| last_ticks(self.text));
        let closes = ticks.get(len).is_some_and(|last| *last > self.at);
        let Some(end) = closes.then(|| find_ticks(body, len)).flatten() else {
            self.at += len - 1;
            return self.pass();
        };
        let code = strip_code_padding(body.get(..end).unwrap_or_default());
        self.flush();
        self.builder.style.code = true;
        self.builder.push(Inline::Text(code.to_owned()));
        self.builder.style.code = false;
        self.skip(end + 2 * len);
        true
    }

    fn math(&mut self) -> bool {
        let rest = self.rest();
        let body = rest.get(1..).unwrap_or_default();
        if self.no_math || body.starts_with([' ', '\t', '$']) || body.is_empty() {
            return false;
        }
        let Some(end) = find_dollar(body) else {
            self.no_math = true;
            return false;
        };
        let text = body.get(..end).unwrap_or_default();
        if text.ends_with([' ', '\t']) {
            return false;
        }
        self.flush();
        self.builder.push(Inline::Math(text.to_owned()));
        self.skip(end + 2);
        true
    }

    fn bracket(&mut self) -> bool {
        if self.rest().starts_with("[^")
            && let Some(len) = citation(self.rest()).filter(|_| self.unknown == Unknown::Keep)
        {
            self.flush();
            let source = self.rest().get(..len).unwrap_or_default();
            self.builder.push(Inline::Raw(source.to_owned()));
            self.skip(len);
            return true;
        }
        self.flush();
        self.builder.open(Mark::Bracket, "[", None);
        self.skip(1);
        true
    }

    fn close_bracket(&mut self) -> bool {
        if self.builder.bracket().is_none() {
            return false;
        }
        let Some((url, len)) = self.rest().get(1..).and_then(destination) else {
            self.builder.drop_bracket();
            return false;
        };
        let id = url
            .starts_with(urls::PAGE_SCHEME)
            .then(|| urls::page_id(&url))
            .flatten();
        if !urls::is_linkable(&url) && id.is_none() {
            self.builder.drop_bracket();
            return false;
        }
        self.flush();
        self.builder.link(&id.map_or(url, |id| urls::page_url(&id)));
        self.skip(1 + len);
        true
    }

    fn tag(&mut self) -> bool {
        let rest = self.rest();
        let Some(tag) = tag::parse(rest) else {
            return false;
        };
        let literal = rest.get(..tag.len).unwrap_or_default();
        self.flush();
        let len = match tag.name {
            "br" if !tag.close => {
                self.builder.push(Inline::Break);
                tag.len
            }
            "span" => {
                self.span(&tag, literal);
                tag.len
            }
            name if is_mention(name) && !tag.close => {
                let (inline, len) = mention(rest, &tag);
                self.builder.push(inline);
                len
            }
            "notion-inline" if tag.self_closing => {
                self.builder
                    .push(Inline::Raw(tag.attr("source").unwrap_or_default()));
                tag.len
            }
            name if self.unknown == Unknown::Keep && !is_block(name) => {
                if tag.self_closing {
                    self.builder.push(Inline::Raw(literal.to_owned()));
                } else if tag.close {
                    self.builder.close(Closer::Span, literal, Some(name));
                } else {
                    self.builder.open(Mark::Foreign, literal, Some(name));
                }
                tag.len
            }
            name if html_mark(name).is_some() => {
                html(&mut self.builder, &tag, literal);
                tag.len
            }
            _ => {
                self.builder.text(literal);
                tag.len
            }
        };
        self.skip(len);
        true
    }

    fn span(&mut self, tag: &Tag<'_>, literal: &str) {
        span(&mut self.builder, tag, literal);
    }
}
