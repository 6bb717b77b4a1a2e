//! Reading inline text.
//!
//! Emphasis marks are switches: each pair turns one kind on and off, wherever the pairs of the
//! other kinds stand. That needs no nesting and makes every combination expressible.

use serde_json::Value;

use crate::markdown::{
    attributes::{get, tag},
    inline::{Atom, Look, Piece, long_color, normalise, undo_code_breaks},
    inline_atoms::{address, code_span, code_span_raw, mention, skip},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Bold,
    Italic,
    Strike,
}

#[derive(Debug, Clone)]
enum Token {
    Text(String),
    Code(String),
    Math(String),
    Mention(Value),
    Mark(Mark),
    /// An opening bracket; a link once its end was found.
    Open(Option<String>),
    Close,
    /// A span with its source, in case nothing closes it.
    Span {
        look: Look,
        source: String,
        closed: bool,
    },
    SpanEnd,
}

#[derive(Default)]
struct Reader {
    tokens: Vec<Token>,
    brackets: Vec<usize>,
    spans: Vec<usize>,
}

/// Reads one line of inline Markdown.
pub(crate) fn parse(text: &str) -> Vec<Piece> {
    let mut reader = Reader::default();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = reader.step(c, rest);
    }
    assemble(reader.tokens)
}

/// Reads inline Markdown into stored items.
pub(crate) fn parse_items(text: &str) -> Vec<Value> {
    super::inline::to_items(parse(text))
}

impl Reader {
    fn text(&mut self, part: &str) {
        if let Some(Token::Text(text)) = self.tokens.last_mut() {
            text.push_str(part);
        } else {
            self.tokens.push(Token::Text(part.to_owned()));
        }
    }

    fn literal<'a>(&mut self, rest: &'a str, bytes: usize) -> &'a str {
        self.text(rest.get(..bytes).unwrap_or(rest));
        skip(rest, bytes)
    }

    /// Reads one token and answers what is left.
    fn step<'a>(&mut self, c: char, rest: &'a str) -> &'a str {
        match c {
            '\\' => self.backslash(rest),
            '`' => self.code(rest),
            '$' => self.math(rest),
            '<' => self.angle(rest),
            '*' => {
                let (mark, size) = if rest.starts_with("**") {
                    (Mark::Bold, 2)
                } else {
                    (Mark::Italic, 1)
                };
                self.tokens.push(Token::Mark(mark));
                skip(rest, size)
            }
            '~' if rest.starts_with("~~") => {
                self.tokens.push(Token::Mark(Mark::Strike));
                skip(rest, 2)
            }
            '[' => {
                self.brackets.push(self.tokens.len());
                self.tokens.push(Token::Open(None));
                skip(rest, 1)
            }
            ']' => self.bracket(rest),
            _ => {
                let end = rest
                    .find(['\\', '`', '$', '<', '*', '~', '[', ']'])
                    .unwrap_or(rest.len());
                self.literal(rest, end.max(c.len_utf8()))
            }
        }
    }

    fn backslash<'a>(&mut self, rest: &'a str) -> &'a str {
        let after = skip(rest, 1);
        match after.chars().next() {
            Some(c) if c.is_ascii_punctuation() || c == ' ' || c == '\t' => {
                self.literal(after, c.len_utf8())
            }
            _ => self.literal(rest, 1),
        }
    }

    fn code<'a>(&mut self, rest: &'a str) -> &'a str {
        let Some((content, after)) = code_span(rest) else {
            let run = rest.len() - rest.trim_start_matches('`').len();
            return self.literal(rest, run);
        };
        self.tokens.push(Token::Code(undo_code_breaks(content)));
        after
    }

    fn math<'a>(&mut self, rest: &'a str) -> &'a str {
        let body = skip(rest, 1);
        if body.starts_with('`')
            && let Some((content, after)) = code_span_raw(body)
            && let Some(after) = after.strip_prefix('$')
        {
            let content = content.strip_prefix(' ').unwrap_or(content);
            let content = content.strip_suffix(' ').unwrap_or(content);
            self.tokens.push(Token::Math(undo_code_breaks(content)));
            return after;
        }
        let mut escaped = false;
        let mut end = None;
        for (at, c) in body.char_indices().take(4096) {
            if c == '$' && !escaped {
                end = Some(at);
                break;
            }
            escaped = c == '\\' && !escaped;
        }
        let content = end.and_then(|end| body.get(..end)).filter(|content| {
            !content.is_empty() && content.trim() == *content && !content.starts_with('`')
        });
        let Some(content) = content else {
            return self.literal(rest, 1);
        };
        self.tokens.push(Token::Math(content.to_owned()));
        skip(body, content.len() + 1)
    }

    fn bracket<'a>(&mut self, rest: &'a str) -> &'a str {
        let open = self.brackets.pop();
        let target = skip(rest, 1).strip_prefix('(').and_then(address);
        let slot = open.and_then(|at| self.tokens.get_mut(at));
        let (Some(slot), Some((url, after))) = (slot, target) else {
            return self.literal(rest, 1);
        };
        *slot = Token::Open(Some(url));
        self.tokens.push(Token::Close);
        after
    }

    fn angle<'a>(&mut self, rest: &'a str) -> &'a str {
        for (source, text) in [("<br>", "\n"), ("<br/>", "\n"), ("<br />", "\n")] {
            if let Some(after) = rest.strip_prefix(source) {
                self.text(text);
                return after;
            }
        }
        if let Some(after) = rest.strip_prefix("</span>") {
            let Some(at) = self.spans.pop() else {
                return self.literal(rest, 7);
            };
            if let Some(Token::Span { closed, .. }) = self.tokens.get_mut(at) {
                *closed = true;
            }
            self.tokens.push(Token::SpanEnd);
            return after;
        }
        let Some(tag) = tag(rest) else {
            return self.literal(rest, 1);
        };
        let source_len = rest.len() - tag.rest.len();
        if tag.name == "span" && !tag.closed {
            let look = Look {
                underline: get(&tag.attributes, "underline") == Some("true"),
                color: get(&tag.attributes, "color")
                    .and_then(long_color)
                    .unwrap_or_default(),
                ..Look::default()
            };
            let source = rest.get(..source_len).unwrap_or_default().to_owned();
            self.spans.push(self.tokens.len());
            self.tokens.push(Token::Span {
                look,
                source,
                closed: false,
            });
            return tag.rest;
        }
        let Some(mention) = mention(tag.name, &tag.attributes) else {
            return self.literal(rest, 1);
        };
        self.tokens.push(Token::Mention(mention));
        if tag.closed {
            return tag.rest;
        }
        let end = format!("</{}>", tag.name);
        match tag.rest.find(&end).filter(|at| *at < 16_384) {
            Some(at) => skip(tag.rest, at + end.len()),
            None => tag.rest,
        }
    }
}

/// Turns what cannot be closed back into text and builds the pieces.
fn assemble(mut tokens: Vec<Token>) -> Vec<Piece> {
    for token in &mut tokens {
        match token {
            Token::Open(None) => *token = Token::Text("[".into()),
            Token::Span {
                source,
                closed: false,
                ..
            } => {
                *token = Token::Text(std::mem::take(source));
            }
            _ => {}
        }
    }
    let active = pair_marks(&tokens);
    let mut pieces = Vec::new();
    let mut look = Look::default();
    let mut spans: Vec<Look> = Vec::new();
    let mut links: Vec<String> = Vec::new();
    for (token, active) in tokens.into_iter().zip(active) {
        let atom = match token {
            Token::Mark(mark) if active => {
                let flag = match mark {
                    Mark::Bold => &mut look.bold,
                    Mark::Italic => &mut look.italic,
                    Mark::Strike => &mut look.strike,
                };
                *flag = !*flag;
                continue;
            }
            Token::Mark(mark) => Atom::Text(source(mark).into()),
            Token::Open(url) => {
                links.push(url.unwrap_or_default());
                continue;
            }
            Token::Close => {
                links.pop();
                continue;
            }
            Token::Span { look, .. } => {
                spans.push(within(spans.last(), look));
                continue;
            }
            Token::SpanEnd => {
                spans.pop();
                continue;
            }
            Token::Text(text) => Atom::Text(text),
            Token::Code(text) => {
                pieces.push(piece(Atom::Text(text), &look, &spans, &links, true));
                continue;
            }
            Token::Math(expression) => Atom::Math(expression),
            Token::Mention(mention) => Atom::Mention(mention, String::new()),
        };
        pieces.push(piece(atom, &look, &spans, &links, false));
    }
    normalise(pieces)
}

/// A span inside another: underlined if either is, in the inner colour if it has one.
fn within(above: Option<&Look>, mut look: Look) -> Look {
    if let Some(above) = above {
        look.underline |= above.underline;
        if look.color.is_empty() {
            look.color.clone_from(&above.color);
        }
    }
    look
}

fn piece(atom: Atom, look: &Look, spans: &[Look], links: &[String], code: bool) -> Piece {
    let span = spans.last().cloned().unwrap_or_default();
    let look = Look {
        underline: span.underline,
        color: span.color,
        code,
        ..look.clone()
    };
    let link = links
        .last()
        .filter(|url| crate::richtext::is_link(url))
        .cloned();
    Piece { atom, look, link }
}

fn source(mark: Mark) -> &'static str {
    match mark {
        Mark::Bold => "**",
        Mark::Italic => "*",
        Mark::Strike => "~~",
    }
}

/// Which marks belong to a pair: one that text follows, and one that text precedes.
fn pair_marks(tokens: &[Token]) -> Vec<bool> {
    let atom = |token: &Token, last: bool| match token {
        Token::Text(text) => {
            let c = if last {
                text.chars().next_back()
            } else {
                text.chars().next()
            };
            Some(c.is_some_and(|c| !c.is_whitespace()))
        }
        Token::Code(_) | Token::Math(_) | Token::Mention(_) => Some(true),
        _ => None,
    };
    let mut solid_after = vec![false; tokens.len()];
    let mut solid = false;
    for (slot, token) in solid_after.iter_mut().zip(tokens).rev() {
        *slot = solid;
        solid = atom(token, false).unwrap_or(solid);
    }
    let mut active = vec![false; tokens.len()];
    for kind in [Mark::Bold, Mark::Italic, Mark::Strike] {
        let (mut open, mut solid, mut between) = (None, false, false);
        for (at, token) in tokens.iter().enumerate() {
            if let Some(is_solid) = atom(token, true) {
                solid = is_solid;
                between = true;
            }
            if !matches!(token, Token::Mark(mark) if *mark == kind) {
                continue;
            }
            match open {
                None if solid_after.get(at) == Some(&true) => {
                    open = Some(at);
                    between = false;
                }
                Some(start) if solid && between => {
                    for at in [start, at] {
                        if let Some(flag) = active.get_mut(at) {
                            *flag = true;
                        }
                    }
                    open = None;
                }
                _ => {}
            }
        }
    }
    active
}
