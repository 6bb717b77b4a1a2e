//! Tables in their XML-like form.

use std::borrow::Cow;

use crate::enhanced::inline::{self, Unknown};
use crate::model::{Attrs, Cell, Row, Table};
use crate::tag::{self, Tag};

/// Reads a whole `<table>…</table>`. None when anything in it is not understood.
pub(crate) fn parse(source: &str, unknown: Unknown) -> Option<Table> {
    let mut reader = Reader {
        rest: source.trim(),
    };
    let open = reader.tag()?;
    if open.name != "table" || open.close || open.self_closing {
        return None;
    }
    let flag = |name: &str| open.attr(name).is_some_and(|value| value == "true");
    let mut table = Table {
        header_row: flag("header-row"),
        header_column: flag("header-column"),
        ..Table::default()
    };
    loop {
        let tag = reader.tag()?;
        match (tag.name, tag.close) {
            ("table", true) => break,
            ("colgroup", false) if !tag.self_closing => table.columns = reader.columns()?,
            ("tr", false) if tag.self_closing => {
                table.rows.push(Row {
                    attrs: tag.attrs(),
                    cells: Vec::new(),
                });
            }
            ("tr", false) => {
                let cells = reader.cells(unknown)?;
                table.rows.push(Row {
                    attrs: tag.attrs(),
                    cells,
                });
            }
            ("thead" | "tbody", _) => {}
            _ => return None,
        }
    }
    (reader.rest.trim().is_empty() && !table.rows.is_empty()).then_some(table)
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// The next tag; nothing but white space may stand before it.
    fn tag(&mut self) -> Option<Tag<'a>> {
        let rest = self.rest.trim_start();
        let tag = tag::parse(rest)?;
        self.rest = rest.get(tag.len..)?;
        Some(tag)
    }

    fn columns(&mut self) -> Option<Vec<Attrs>> {
        let mut columns = Vec::new();
        loop {
            let tag = self.tag()?;
            match (tag.name, tag.close) {
                ("col", false) => columns.push(tag.attrs()),
                ("col", true) => {}
                ("colgroup", true) => {
                    let bare = columns.iter().all(Attrs::is_empty);
                    return Some(if bare { Vec::new() } else { columns });
                }
                _ => return None,
            }
        }
    }

    fn cells(&mut self, unknown: Unknown) -> Option<Vec<Cell>> {
        let mut cells = Vec::new();
        loop {
            let tag = self.tag()?;
            match (tag.name, tag.close) {
                ("tr", true) => return Some(cells),
                ("td" | "th", false) if tag.self_closing => {
                    cells.push(Cell {
                        attrs: tag.attrs(),
                        text: Vec::new(),
                    });
                }
                ("td" | "th", false) => {
                    let close = if tag.name == "td" { "</td>" } else { "</th>" };
                    let end = find_tag(self.rest, close)?;
                    let (text, rest) = self.rest.split_at(end);
                    self.rest = rest.get(close.len()..)?;
                    let text = text.trim_matches([' ', '\t', '\n']);
                    let text = if text.contains('\n') {
                        let lines = text.split('\n').map(|line| line.trim_matches([' ', '\t']));
                        Cow::Owned(lines.collect::<Vec<_>>().join("<br>"))
                    } else {
                        Cow::Borrowed(text)
                    };
                    cells.push(Cell {
                        attrs: tag.attrs(),
                        text: inline::parse(&text, unknown),
                    });
                }
                _ => return None,
            }
        }
    }
}

/// What the tag of a table says that the model has no word for.
pub(crate) fn tag_losses(source: &str, lost: &mut dyn FnMut(String)) {
    let known = ["header-row", "header-column", "fit-page-width"];
    let attrs = tag::parse(source)
        .map(|tag| tag.attrs())
        .unwrap_or_default();
    if attrs.get("fit-page-width") == Some("true") {
        lost("that a table is as wide as the page".to_owned());
    }
    for (name, _) in attrs.iter().filter(|(name, _)| !known.contains(name)) {
        lost(format!("the attribute {name} of a table"));
    }
}

/// Where a tag stands; few texts have many others before it.
fn find_tag(text: &str, tag: &str) -> Option<usize> {
    memchr::memchr_iter(b'<', text.as_bytes())
        .find(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(tag)))
}

/// Appends a table, one row per line, every line indented by `indent`.
pub(crate) fn write(out: &mut String, table: &Table, indent: &str) {
    out.push_str("<table header-row=\"");
    out.push_str(if table.header_row { "true" } else { "false" });
    out.push_str("\" header-column=\"");
    out.push_str(if table.header_column { "true" } else { "false" });
    out.push_str("\">");
    if !table.columns.is_empty() {
        start_line(out, indent);
        out.push_str("<colgroup>");
        for column in &table.columns {
            open(out, "col", column);
        }
        out.push_str("</colgroup>");
    }
    for row in &table.rows {
        start_line(out, indent);
        open(out, "tr", &row.attrs);
        for cell in &row.cells {
            open(out, "td", &cell.attrs);
            inline::write(out, &cell.text);
            out.push_str("</td>");
        }
        out.push_str("</tr>");
    }
    start_line(out, indent);
    out.push_str("</table>");
}

fn start_line(out: &mut String, indent: &str) {
    out.push('\n');
    out.push_str(indent);
}

fn open(out: &mut String, name: &str, attrs: &Attrs) {
    out.push('<');
    out.push_str(name);
    tag::write_attrs(out, attrs);
    out.push('>');
}
