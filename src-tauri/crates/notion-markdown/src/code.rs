//! What a code block has beside its text: a caption, and text that is more than characters.
//!
//! Both are attributes of the block. Markdown keeps them behind the language, where nobody looks:
//! ```` ```rust {caption="A *program*" runs="3 4/bold"} ````. An attribute that no longer fits, because the
//! code was edited, is left out.

use std::fmt::Write as _;

use crate::enhanced::inline::{self, Unknown};
use crate::model::{Attrs, Block, Inline, Kind, Span, Style, color_name};
use crate::normal::normalize;
use crate::tag;
use crate::urls;

/// The attribute that holds the caption, as a line of enhanced Markdown.
pub(crate) const CAPTION: &str = "caption";
/// The attribute that says which characters of the code have a style.
pub(crate) const RUNS: &str = "runs";
/// How long an attribute may be in bytes when it is written: what is longer is not read again.
const LONGEST: usize = 12_000;

/// A stretch of code that looks alike.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Run {
    /// How many characters it has.
    pub(crate) len: usize,
    /// Its style; here code is a style like any other.
    pub(crate) style: Style,
    /// A formula or a mention that shows these characters, as enhanced Markdown.
    pub(crate) source: Option<String>,
}

impl Run {
    fn is_plain(&self) -> bool {
        self.source.is_none() && self.style == Style::default()
    }
}

/// Whether a block is code with more to it than its text.
pub(crate) fn is_rich(block: &Block) -> bool {
    matches!(block.kind, Kind::Code { .. }) && !block.attrs.is_empty()
}

/// The caption of a code block.
pub(crate) fn caption(attrs: &Attrs) -> Vec<Span> {
    attrs.get(CAPTION).map_or_else(Vec::new, |source| {
        normalize(inline::parse(source, Unknown::Keep))
    })
}

/// Sets the caption of a code block; an empty one is none.
pub(crate) fn set_caption(attrs: &mut Attrs, text: Vec<Span>) {
    let mut source = String::new();
    inline::write(&mut source, &normalize(text));
    attrs.take(CAPTION);
    if !source.is_empty() {
        attrs.set(CAPTION, &source);
    }
}

/// Sets what code looks like; plain code has nothing to say.
pub(crate) fn set_runs(attrs: &mut Attrs, runs: &[Run]) {
    attrs.take(RUNS);
    let runs = joined(runs);
    if runs.iter().any(|run| !run.is_plain()) {
        attrs.set(RUNS, &encode(&runs));
    }
}

/// Code as spans: each stretch of it, and the formulas and mentions in it.
pub(crate) fn spans(text: &str, attrs: &Attrs) -> Vec<Span> {
    let Some(runs) = runs(text, attrs) else {
        return vec![Span::text(text)];
    };
    let mut out = Vec::with_capacity(runs.len());
    let mut rest = text;
    for run in runs {
        let end = rest
            .char_indices()
            .nth(run.len)
            .map_or(rest.len(), |(at, _)| at);
        let (part, tail) = rest.split_at(end);
        rest = tail;
        let atom = run.source.as_deref().and_then(atom);
        out.push(Span {
            content: atom.unwrap_or_else(|| Inline::Text(part.to_owned())),
            style: run.style,
        });
    }
    out
}

/// The one thing a source says.
fn atom(source: &str) -> Option<Inline> {
    match <[Span; 1]>::try_from(inline::parse(source, Unknown::Keep)) {
        Ok([span]) if !matches!(span.content, Inline::Text(_) | Inline::Break) => {
            Some(span.content)
        }
        _ => None,
    }
}

/// The stretches of a code, if they still cover all of it.
fn runs(text: &str, attrs: &Attrs) -> Option<Vec<Run>> {
    let runs: Option<Vec<Run>> = attrs.get(RUNS)?.split(' ').map(decode).collect();
    let runs = runs?;
    let all = runs
        .iter()
        .try_fold(0_usize, |sum, run| sum.checked_add(run.len));
    (all == Some(text.chars().count())).then_some(runs)
}

/// Brings the attributes of a code block into normal form; answers a caption too long to be one.
pub(crate) fn settle(text: &str, attrs: &mut Attrs) -> Option<Vec<Span>> {
    if attrs.is_empty() {
        return None;
    }
    let found = caption(attrs);
    let runs = runs(text, attrs).unwrap_or_default();
    *attrs = Attrs::default();
    set_runs(attrs, &runs);
    if attrs.get(RUNS).is_some_and(is_long) {
        attrs.take(RUNS);
    }
    set_caption(attrs, found.clone());
    if attrs.get(CAPTION).is_some_and(is_long) {
        attrs.take(CAPTION);
        return Some(found);
    }
    None
}

/// Whether these attributes are too long to be kept behind a language.
pub(crate) fn is_too_long(attrs: &Attrs) -> bool {
    attrs.iter().any(|(_, value)| is_long(value))
}

fn is_long(value: &str) -> bool {
    let mut written = String::new();
    tag::escape_attr(&mut written, value);
    written.len() + 4 * value.matches('`').count() > LONGEST
}

/// Neighbours that look alike are one.
fn joined(runs: &[Run]) -> Vec<Run> {
    let mut out: Vec<Run> = Vec::with_capacity(runs.len());
    for run in runs.iter().filter(|run| run.len > 0) {
        match out.last_mut() {
            Some(last)
                if last.source.is_none() && run.source.is_none() && last.style == run.style =>
            {
                last.len = last.len.saturating_add(run.len);
            }
            _ => out.push(run.clone()),
        }
    }
    out
}

const FLAGS: [&str; 5] = ["bold", "italic", "strike", "underline", "code"];

fn encode(runs: &[Run]) -> String {
    let mut out = String::new();
    for run in runs {
        if !out.is_empty() {
            out.push(' ');
        }
        let _ = write!(out, "{}", run.len);
        let style = &run.style;
        let set = [
            style.bold,
            style.italic,
            style.strike,
            style.underline,
            style.code,
        ];
        for (name, _) in FLAGS.into_iter().zip(set).filter(|(_, set)| *set) {
            out.push('/');
            out.push_str(name);
        }
        let values = [
            ("color", &style.color),
            ("link", &style.link),
            ("source", &run.source),
        ];
        for (name, value) in values {
            if let Some(value) = value {
                let _ = write!(out, "/{name}=");
                percent(&mut out, value);
            }
        }
    }
    out
}

/// Appends a value without the characters that part runs and their words.
fn percent(out: &mut String, value: &str) {
    for c in value.chars() {
        match c {
            '%' | '/' | ' ' | '\n' | '\r' | '\t' | '\0' => {
                let _ = write!(out, "%{:02X}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
}

/// The reverse of [`percent`]; a percent sign that begins nothing stays.
fn unpercent(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('%') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let code = tail
            .get(1..3)
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        let known = code.filter(u8::is_ascii).map(char::from);
        out.push(known.unwrap_or('%'));
        rest = tail
            .get(if known.is_some() { 3 } else { 1 }..)
            .unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn decode(text: &str) -> Option<Run> {
    let mut parts = text.split('/');
    let mut run = Run {
        len: parts.next()?.parse().ok()?,
        ..Run::default()
    };
    for part in parts {
        let style = &mut run.style;
        match part.split_once('=') {
            None => match FLAGS.iter().position(|name| *name == part)? {
                0 => style.bold = true,
                1 => style.italic = true,
                2 => style.strike = true,
                3 => style.underline = true,
                _ => style.code = true,
            },
            Some(("color", value)) => style.color = color_name(&unpercent(value)),
            Some(("link", value)) => {
                style.link =
                    Some(urls::clean(&unpercent(value))).filter(|url| urls::is_linkable(url));
            }
            Some(("source", value)) => {
                let source = unpercent(value);
                run.source = atom(&source).is_some().then_some(source);
            }
            Some(_) => return None,
        }
    }
    Some(run)
}

/// Languages that Markdown takes for something else than code.
const RESERVED: [&str; 2] = ["math", "notion-block"];

/// What stands behind the fence of code in Markdown.
pub(crate) fn info(language: &str, attrs: &Attrs) -> String {
    let mut out = language.to_owned();
    if !attrs.is_empty() {
        tag::write_braces(&mut out, attrs);
        return out.replace('`', "&#96;");
    }
    if RESERVED.contains(&language)
        || read_info(language) != (language.to_owned(), Attrs::default())
    {
        out.push_str(" {}");
    }
    out
}

/// The reverse of [`info`]. Braces with anything else in them belong to the language.
pub(crate) fn read_info(info: &str) -> (String, Attrs) {
    let info = info.trim();
    if let Some(language) = info.strip_suffix("{}")
        && language.ends_with([' ', '\t'])
    {
        return (language.trim_end().to_owned(), Attrs::default());
    }
    match tag::split_braces(info) {
        Some((language, attrs))
            if attrs
                .iter()
                .all(|(name, _)| name == CAPTION || name == RUNS) =>
        {
            (language.to_owned(), attrs)
        }
        _ => (info.to_owned(), Attrs::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Run, info, read_info, set_caption, set_runs, settle, spans};
    use crate::model::{Attrs, Inline, Span, Style};

    #[test]
    fn what_stands_behind_a_fence_is_read_back() {
        let mut attrs = Attrs::default();
        set_caption(&mut attrs, vec![Span::text("a `b` \"c\" {d} &amp; \\ <e>")]);
        for language in [
            "",
            "rust",
            "ts {1-3}",
            "x {}",
            "math",
            "x {caption=\"y\"}",
            "{}",
            " {}",
        ] {
            let language = language.trim();
            for attrs in [&attrs, &Attrs::default()] {
                let written = info(language, attrs);
                assert_eq!(
                    read_info(&written),
                    (language.to_owned(), attrs.clone()),
                    "{written}"
                );
                assert!(!written.contains('`') || attrs.is_empty());
            }
        }
    }

    #[test]
    fn stretches_cover_the_code_or_are_left_out() {
        let bold = Style {
            bold: true,
            link: Some("https://example.org/a b/%2F".to_owned()),
            ..Style::default()
        };
        let run = |len, style: &Style, source: Option<&str>| Run {
            len,
            style: style.clone(),
            source: source.map(str::to_owned),
        };
        let mut attrs = Attrs::default();
        let plain = Style::default();
        set_runs(
            &mut attrs,
            &[
                run(1, &plain, None),
                run(1, &plain, None),
                run(2, &bold, None),
                run(1, &plain, Some("$x$")),
            ],
        );
        assert_eq!(settle("abédx", &mut attrs), None);
        let found = spans("abédx", &attrs);
        assert_eq!(found.first(), Some(&Span::text("ab")));
        assert_eq!(
            found.get(1).map(|span| &span.content),
            Some(&Inline::Text("éd".to_owned()))
        );
        assert_eq!(
            found.get(2).map(|span| &span.content),
            Some(&Inline::Math("x".to_owned()))
        );
        let before = attrs.clone();
        settle("abédx", &mut attrs);
        assert_eq!(attrs, before);
        settle("abédx and more", &mut attrs);
        assert!(attrs.is_empty());
    }
}
