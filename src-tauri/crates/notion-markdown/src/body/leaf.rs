//! Lines of blocks that hold no other blocks.

use crate::body::inline_text::{self, Place, destination};
use crate::model::{Attrs, Inline, Span, Table};
use crate::tag;

pub(crate) fn heading(level: u8, text: &[Span], attrs: &Attrs) -> String {
    let mut title = inline_text::write(text, Place::Line);
    // Hashes at the end would be taken for a closing sequence.
    if title.ends_with('#') && !title.ends_with("\\#") {
        title.pop();
        title.push_str("\\#");
    }
    let mut out = "#".repeat(usize::from(level));
    if !title.is_empty() {
        out.push(' ');
        out.push_str(&title);
    }
    tag::write_braces(&mut out, attrs);
    out
}

/// A picture. A link that is its whole caption stands around it, where everybody looks for it.
pub(crate) fn image(caption: &[Span], url: &str) -> String {
    let url = destination(url);
    if let Some((inner, target)) = linked(caption) {
        let own = matches!(inner.as_slice(), [span] if *span == Span::text(target));
        let inner = if own {
            String::new()
        } else {
            inline_text::write(&inner, Place::Caption)
        };
        return format!("[![{inner}]({url})]({})", destination(target));
    }
    format!("![{}]({url})", inline_text::write(caption, Place::Caption))
}

/// A caption without the one link that all of it is.
fn linked(caption: &[Span]) -> Option<(Vec<Span>, &str)> {
    let target = caption.first()?.style.link.as_deref()?;
    let fits = |span: &Span| {
        let plain = matches!(
            span.content,
            Inline::Text(_) | Inline::Break | Inline::Math(_)
        );
        plain && span.style.link.as_deref() == Some(target)
    };
    let mut inner = caption.to_vec();
    for span in &mut inner {
        span.style.link = None;
    }
    caption.iter().all(fits).then_some((inner, target))
}

/// Whether lines of TeX are a formula wherever Markdown looks for blocks first.
pub(crate) fn equation_is_safe(text: &str) -> bool {
    let mut depth = 0_i32;
    for byte in text.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b'$' | b'`' | b'<' => return false,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    let safe_line = |line: &str| {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let numbered = digits > 0 && matches!(line.as_bytes().get(digits), Some(b'.' | b')'));
        let first = line.chars().next();
        !numbered
            && first.is_some_and(|c| {
                c.is_ascii_alphanumeric() || matches!(c, '\\' | '{' | '}' | '(' | '&')
            })
            && !line.ends_with([' ', '\t', '\\'])
    };
    depth == 0 && text.split('\n').all(safe_line)
}

/// A table that Markdown can say.
pub(crate) fn pipe_table(table: &Table) -> Option<String> {
    let plain = table.header_row
        && !table.header_column
        && table.columns.is_empty()
        && table
            .rows
            .iter()
            .all(|row| row.attrs.is_empty() && row.cells.iter().all(|cell| cell.attrs.is_empty()));
    let cells = || {
        table
            .rows
            .iter()
            .flat_map(|row| &row.cells)
            .flat_map(|cell| &cell.text)
    };
    let odd = |span: &Span| match &span.content {
        Inline::Math(text) | Inline::Raw(text) => text.contains('|'),
        Inline::Text(text) => {
            span.style.code && text.contains('|') && text.contains('\\') || text.contains('\n')
        }
        _ => false,
    };
    if !plain || cells().any(odd) {
        return None;
    }
    let mut out = String::new();
    for (at, row) in table.rows.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        out.push('|');
        for cell in &row.cells {
            out.push(' ');
            out.push_str(&inline_text::write(&cell.text, Place::Cell));
            out.push_str(" |");
        }
        if at == 0 {
            out.push_str("\n|");
            out.push_str(&" --- |".repeat(row.cells.len()));
        }
    }
    Some(out)
}
