//! The one form of inline content that means the same.

use crate::model::{Inline, Span, Style};
use crate::urls;

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

/// Brings spans into the one form that means the same: no empty or splittable runs, no blanks at the
/// edges of lines, and blanks styled like both of their neighbours.
pub(crate) fn normalize(spans: Vec<Span>) -> Vec<Span> {
    if is_normal(&spans) {
        return spans;
    }
    let mut settled = Vec::with_capacity(spans.len());
    for span in spans {
        settle(span, &mut settled);
    }
    let spans = trim_lines(merge(settled));
    let marked = spans.iter().any(|span| is_marked(&span.style));
    merge(if marked { style_blanks(spans) } else { spans })
}

fn is_marked(style: &Style) -> bool {
    style.bold || style.italic || style.strike
}

/// Whether spans are plainly in normal form already. Where emphasis meets blanks and breaks, they are
/// always looked at.
fn is_normal(spans: &[Span]) -> bool {
    let marked = spans.iter().any(|span| is_marked(&span.style));
    let mut before: Option<&Span> = None;
    let mut at_start = true;
    for span in spans {
        let link = span.style.link.as_deref();
        if link.is_some_and(|url| !urls::is_clean(url)) {
            return false;
        }
        match &span.content {
            Inline::Text(text) => {
                let same = before.is_some_and(|before| {
                    matches!(before.content, Inline::Text(_)) && before.style == span.style
                });
                let odd = text.is_empty() || has_line_end(text);
                let trims = !span.style.code && at_start && text.starts_with(is_blank);
                if same || odd || trims || marked && !stays_marked(text, &span.style) {
                    return false;
                }
                at_start = false;
            }
            Inline::Break => {
                if marked || span.style.code || before.is_some_and(ends_blank) {
                    return false;
                }
                at_start = true;
            }
            Inline::Raw(source) if !span.style.code && !has_line_end(source) => at_start = false,
            _ => return false,
        }
        before = Some(span);
    }
    !before.is_some_and(ends_blank)
}

/// Whether a text among emphasis keeps its style: its blanks, if it has any at its edges, have none.
fn stays_marked(text: &str, style: &Style) -> bool {
    if style.code {
        return true;
    }
    let (lead, core, tail) = split_blanks(text);
    !core.is_empty() && (!is_marked(style) || lead.is_empty() && tail.is_empty())
}

/// Whether a text holds a line end or NUL.
fn has_line_end(text: &str) -> bool {
    memchr::memchr3(b'\n', b'\r', 0, text.as_bytes()).is_some()
}

fn ends_blank(span: &Span) -> bool {
    !span.style.code && matches!(&span.content, Inline::Text(text) if text.ends_with(is_blank))
}

/// Repairs one span on its own; a newline in text becomes a break.
fn settle(mut span: Span, out: &mut Vec<Span>) {
    if let Some(url) = span.style.link.take_if(|url| !urls::is_clean(url)) {
        span.style.link = Some(urls::clean(&url)).filter(|url| !url.is_empty());
    }
    match &mut span.content {
        Inline::Text(text) if !has_line_end(text) => {
            if !text.is_empty() {
                out.push(span);
            }
            return;
        }
        Inline::Text(text) => {
            if text.contains('\0') {
                *text = text.replace('\0', "\u{fffd}");
            }
            if text.contains('\r') {
                *text = text.replace("\r\n", "\n").replace('\r', "\n");
            }
            if text.contains('\n') {
                if !span.style.code {
                    split_lines(text, &span.style, out);
                    return;
                }
                *text = text.replace('\n', " ");
            }
            if !text.is_empty() {
                out.push(span);
            }
            return;
        }
        Inline::Math(text) => {
            *text = escape_dollars(text.replace(['\n', '\r', '\0'], " ").trim());
            if text.is_empty() {
                return;
            }
        }
        Inline::Page { title, .. } => {
            let clean = title.replace(['\n', '\r', '\0'], " ");
            clean.trim().clone_into(title);
            span.style.link = None;
        }
        Inline::Raw(source) if has_line_end(source) => {
            *source = source.replace(['\n', '\r'], " ").replace('\0', "\u{fffd}");
        }
        Inline::Break | Inline::Raw(_) => {}
    }
    span.style.code = false;
    out.push(span);
}

fn split_lines(text: &str, style: &Style, out: &mut Vec<Span>) {
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push(Span {
                content: Inline::Break,
                style: style.clone(),
            });
        }
        if !line.is_empty() {
            out.push(Span {
                content: Inline::Text(line.to_owned()),
                style: style.clone(),
            });
        }
    }
}

/// A formula that no dollar and no backslash inside can end or keep open.
fn escape_dollars(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut escaped = false;
    for c in text.chars() {
        if c == '$' && !escaped {
            out.push('\\');
        }
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    if escaped {
        out.pop();
        out.truncate(out.trim_end().len());
    }
    out
}

fn merge(spans: Vec<Span>) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        if let Inline::Text(text) = &span.content
            && let Some(Span {
                content: Inline::Text(last),
                style,
            }) = out.last_mut()
            && *style == span.style
        {
            last.push_str(text);
            continue;
        }
        out.push(span);
    }
    out
}

fn is_loose_text(span: &Span) -> bool {
    matches!(span.content, Inline::Text(_)) && !span.style.code
}

fn trim_lines(spans: Vec<Span>) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    let mut at_start = true;
    for mut span in spans {
        if span.content == Inline::Break {
            trim_end(&mut out);
            at_start = true;
            out.push(span);
            continue;
        }
        if at_start
            && is_loose_text(&span)
            && let Inline::Text(text) = &mut span.content
            && text.starts_with(is_blank)
        {
            *text = text.trim_start_matches(is_blank).to_owned();
            if text.is_empty() {
                continue;
            }
        }
        at_start = false;
        out.push(span);
    }
    trim_end(&mut out);
    out
}

fn trim_end(out: &mut Vec<Span>) {
    while let Some(last) = out.last_mut() {
        if !is_loose_text(last) {
            return;
        }
        let Inline::Text(text) = &mut last.content else {
            return;
        };
        let kept = text.trim_end_matches(is_blank).len();
        text.truncate(kept);
        if !text.is_empty() {
            return;
        }
        out.pop();
    }
}

/// Splits text into leading blanks, core and trailing blanks; any Unicode white space counts.
pub(crate) fn split_blanks(text: &str) -> (&str, &str, &str) {
    let core = text.trim_start();
    let lead = text.len() - core.len();
    let core = core.trim_end();
    let end = lead + core.len();
    (
        text.get(..lead).unwrap_or_default(),
        core,
        text.get(end..).unwrap_or_default(),
    )
}

/// Emphasis on blanks cannot be seen and cannot be written: a blank is bold only between bold neighbours.
fn style_blanks(spans: Vec<Span>) -> Vec<Span> {
    let mut pieces: Vec<(Span, bool)> = Vec::with_capacity(spans.len() * 2);
    for span in spans {
        match &span.content {
            Inline::Text(text) if !span.style.code => {
                let (lead, core, tail) = split_blanks(text);
                for (part, blank) in [(lead, true), (core, false), (tail, true)] {
                    if !part.is_empty() {
                        let content = Inline::Text(part.to_owned());
                        pieces.push((
                            Span {
                                content,
                                style: span.style.clone(),
                            },
                            blank,
                        ));
                    }
                }
            }
            Inline::Break => pieces.push((span, true)),
            _ => pieces.push((span, false)),
        }
    }
    let flags = |style: &Style| [style.bold, style.italic, style.strike];
    let mut after = vec![[false; 3]; pieces.len()];
    let mut next = [false; 3];
    for ((span, blank), slot) in pieces.iter().zip(&mut after).rev() {
        *slot = next;
        if !blank {
            next = flags(&span.style);
        }
    }
    let mut before = [false; 3];
    let mut out = Vec::with_capacity(pieces.len());
    for ((mut span, blank), after) in pieces.into_iter().zip(after) {
        if blank {
            let [bold, italic, strike] = before;
            let [bold_after, italic_after, strike_after] = after;
            span.style.bold = bold && bold_after;
            span.style.italic = italic && italic_after;
            span.style.strike = strike && strike_after;
        } else {
            before = flags(&span.style);
        }
        out.push(span);
    }
    out
}
