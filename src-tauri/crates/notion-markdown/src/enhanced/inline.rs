//! Inline content of enhanced Markdown.
//!
//! Notion escapes every special character of text, so an unescaped marker is a marker wherever it stands.

use std::collections::HashMap;

use crate::inline::{Builder, Closer, Mark};
use crate::inline_write::{Step, Written, steps};
use crate::model::{Inline, Span, color_name};
use crate::tag::{self, Tag};
use crate::urls;

/// Characters that Notion escapes outside code.
const ESCAPED: &[char] = &[
    '\\', '*', '~', '`', '$', '[', ']', '<', '>', '{', '}', '|', '^',
];

/// How far an address or a tag may reach; what is longer is text.
const MAX_URL: usize = 8 * 1024;

/// What to do with tags that neither notation knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// Notion wrote them: keep the exact source.
    Keep,
    /// A person wrote them: show them.
    Show,
}

/// Reads one line (or one cell) of inline content.
pub(crate) fn parse(text: &str, unknown: Unknown) -> Vec<Span> {
    if !text.contains(['\\', '*', '~', '`', '$', '[', ']', '<']) {
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

/// Where the last run of backticks of each length is, so that a search that must fail is never made.
type Ticks = HashMap<usize, usize>;

fn last_ticks(text: &str) -> Ticks {
    let mut last = HashMap::new();
    let mut at = 0;
    while let Some(skip) = text.get(at..).and_then(|rest| rest.find('`')) {
        at += skip;
        let run = text
            .get(at..)
            .map_or(1, |rest| rest.bytes().take_while(|b| *b == b'`').count());
        last.insert(run, at);
        at += run;
    }
    last
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
        while let Some(skip) = self.rest().find(['\\', '*', '~', '`', '$', '[', ']', '<']) {
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
            (1, ..) => (false, true),
            (2, ..) | (4, _, true) => (true, false),
            (3, ..) => (true, true),
            (5, true, _) => (false, true),
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
        let closes = ticks.get(&len).is_some_and(|last| *last > self.at);
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
        if self.rest().starts_with("[^") {
            if let Some(len) = citation(self.rest()).filter(|_| self.unknown == Unknown::Keep) {
                self.flush();
                let source = self.rest().get(..len).unwrap_or_default();
                self.builder.push(Inline::Raw(source.to_owned()));
                self.skip(len);
                return true;
            }
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

/// Opens or closes a `<span>`.
pub(crate) fn span(builder: &mut Builder, tag: &Tag<'_>, literal: &str) {
    if tag.self_closing {
        return;
    }
    if tag.close {
        builder.close(Closer::Span, literal, Some("span"));
        return;
    }
    let underline = tag.attr("underline");
    let color = tag.attr("color");
    let known = usize::from(underline.is_some()) + usize::from(color.is_some());
    let mark = if tag.attrs.len() > known {
        Mark::Foreign
    } else {
        Mark::Span {
            underline: underline.is_some_and(|value| value != "false"),
            color: color.and_then(|value| color_name(&value)),
        }
    };
    builder.open(mark, literal, Some("span"));
}

/// HTML that has a word in the model.
pub(crate) fn html_mark(name: &str) -> Option<Mark> {
    match name.to_ascii_lowercase().as_str() {
        "b" | "strong" => Some(Mark::Bold),
        "i" | "em" => Some(Mark::Italic),
        "s" | "del" | "strike" => Some(Mark::Strike),
        "u" => Some(Mark::Span {
            underline: true,
            color: None,
        }),
        "code" => Some(Mark::Code),
        _ => None,
    }
}

/// Opens or closes such HTML.
pub(crate) fn html(builder: &mut Builder, tag: &Tag<'_>, literal: &str) {
    let Some(mark) = html_mark(tag.name).filter(|_| !tag.self_closing) else {
        builder.text(literal);
        return;
    };
    let name = tag.name.to_ascii_lowercase();
    if tag.close {
        builder.close(Closer::Span, literal, Some(&name));
    } else {
        builder.open(mark, literal, Some(&name));
    }
}

/// Tags of blocks: in running text they are text, lest a line of text become a block.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "details"
            | "summary"
            | "callout"
            | "table"
            | "colgroup"
            | "col"
            | "tr"
            | "td"
            | "th"
            | "empty-block"
    )
}

/// Whether a tag is one of Notion's inline mentions.
pub(crate) fn is_mention(name: &str) -> bool {
    name.starts_with("mention-")
}

/// Reads a mention that begins with `tag` at the start of `text`: its content and its length.
pub(crate) fn mention(text: &str, tag: &Tag<'_>) -> (Inline, usize) {
    let close = format!("</{}>", tag.name);
    let inner_end = if tag.self_closing {
        None
    } else {
        let window = text.get(tag.len..).unwrap_or_default();
        find_within(window, &close, MAX_URL).map(|at| tag.len + at)
    };
    let len = inner_end.map_or(tag.len, |end| end + close.len());
    let source = text.get(..len).unwrap_or_default();
    let id = (tag.name == "mention-page")
        .then(|| tag.attr("url"))
        .flatten()
        .and_then(|url| urls::page_id(&url));
    let Some(id) = id.filter(|_| tag.attrs.len() == 1) else {
        return (Inline::Raw(source.to_owned()), len);
    };
    let inner = inner_end
        .and_then(|end| text.get(tag.len..end))
        .unwrap_or_default();
    (
        Inline::Page {
            id,
            title: unescape(inner).trim().to_owned(),
        },
        len,
    )
}

fn find_within(text: &str, needle: &str, limit: usize) -> Option<usize> {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end)?.find(needle)
}

/// Finds a run of exactly `len` backticks.
pub(crate) fn find_ticks(text: &str, len: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(skip) = text.get(at..)?.find('`') {
        at += skip;
        let run = text.get(at..)?.bytes().take_while(|b| *b == b'`').count();
        if run == len {
            return Some(at);
        }
        at += run;
    }
    None
}

fn strip_code_padding(code: &str) -> &str {
    if code.starts_with(' ') && code.ends_with(' ') && code.len() > 1 && code.contains(|c| c != ' ')
    {
        return code.get(1..code.len() - 1).unwrap_or(code);
    }
    code
}

/// Finds the next `$` that is not escaped.
fn find_dollar(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'$' => return Some(at),
            _ => {}
        }
    }
    None
}

/// The length of a citation `[^https://…]`.
fn citation(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("[^")?;
    let end = inner
        .bytes()
        .take(MAX_URL)
        .position(|b| matches!(b, b']' | b' ' | b'\n' | b'[' | b'\\'))?;
    (inner.as_bytes().get(end) == Some(&b']') && urls::is_http(inner.get(..end)?))
        .then_some(end + 3)
}

/// Reads `(address)`, perhaps with a title: the address and the length.
fn destination(text: &str) -> Option<(String, usize)> {
    let inner = text.strip_prefix('(')?;
    let mut depth = 0_usize;
    let mut url = String::new();
    let mut chars = inner.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if at > MAX_URL {
            return None;
        }
        match c {
            '\\' => match chars.next_if(|(_, next)| next.is_ascii_punctuation()) {
                Some((_, next)) => url.push(next),
                None => url.push(c),
            },
            '(' if depth >= 16 => return None,
            '(' => {
                depth += 1;
                url.push(c);
            }
            ')' if depth == 0 => return Some((url, at + 2)),
            ')' => {
                depth -= 1;
                url.push(c);
            }
            '\n' | '<' | ' ' | '\t' => return None,
            _ => url.push(c),
        }
    }
    None
}

/// Text without its escapes.
pub(crate) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\\'
            && let Some(next) = chars.next_if(char::is_ascii_punctuation)
        {
            out.push(next);
        } else {
            out.push(c);
        }
    }
    out
}

/// Appends text with Notion's escapes.
fn escape(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(ESCAPED) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        out.push('\\');
        let (special, tail) = tail.split_at(1);
        out.push_str(special);
        rest = tail;
    }
    out.push_str(rest);
}

/// Appends inline content.
pub(crate) fn write(out: &mut String, spans: &[Span]) {
    for step in steps(spans) {
        match step {
            Step::Open(mark) => open(out, &mark),
            Step::Close(mark) => close(out, &mark),
            Step::Text(text) => escape(out, text),
            Step::Code(code) => write_code(out, code),
            Step::Atom(atom) => write_atom(out, atom),
        }
    }
}

fn open(out: &mut String, mark: &Written) {
    match mark {
        Written::Link(_) => {
            if out.ends_with('!') && !out.ends_with("\\!") {
                out.pop();
                out.push_str("\\!");
            }
            out.push('[');
        }
        Written::Color(color) => {
            out.push_str("<span color=\"");
            tag::escape_attr(out, color);
            out.push_str("\">");
        }
        Written::Underline => out.push_str("<span underline=\"true\">"),
        Written::Bold => out.push_str("**"),
        Written::Italic => out.push('*'),
        Written::Strike => out.push_str("~~"),
    }
}

fn close(out: &mut String, mark: &Written) {
    match mark {
        Written::Link(url) => {
            out.push_str("](");
            out.push_str(url);
            out.push(')');
        }
        Written::Color(_) | Written::Underline => out.push_str("</span>"),
        Written::Bold => out.push_str("**"),
        Written::Italic => out.push('*'),
        Written::Strike => out.push_str("~~"),
    }
}

/// Appends a code span with a fence longer than any run inside.
pub(crate) fn write_code(out: &mut String, code: &str) {
    let mut longest = 0;
    let mut run = 0;
    for byte in code.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let blank = code.bytes().all(|b| b == b' ');
    let pad = code.starts_with('`')
        || code.ends_with('`')
        || (!blank && code.starts_with(' ') && code.ends_with(' '));
    out.push_str(&fence);
    if pad {
        out.push(' ');
    }
    out.push_str(code);
    if pad {
        out.push(' ');
    }
    out.push_str(&fence);
}

fn write_atom(out: &mut String, atom: &Inline) {
    match atom {
        Inline::Text(text) => escape(out, text),
        Inline::Break => out.push_str("<br>"),
        Inline::Math(text) => {
            out.push('$');
            out.push_str(text);
            out.push('$');
        }
        Inline::Page { id, title } => {
            out.push_str("<mention-page url=\"");
            out.push_str(&urls::page_url(id));
            if title.is_empty() {
                out.push_str("\"/>");
            } else {
                out.push_str("\">");
                escape(out, title);
                out.push_str("</mention-page>");
            }
        }
        Inline::Raw(source) => out.push_str(source),
    }
}
