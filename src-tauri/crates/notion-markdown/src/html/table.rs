//! Tables of HTML.

use super::dom::{Dom, Id};
use super::inline::Flow;
use super::read::Reader;
use super::style;
use crate::model::{Attrs, Block, Cell, Kind, Row, Style, Table};

/// How many columns a cell may span.
const MAX_SPAN: usize = 100;

/// Reads a table; its caption becomes the paragraph before it.
pub(super) fn table(reader: &mut Reader<'_>, id: Id, flow: &mut Flow, style: &Style) {
    let mut rows = Vec::new();
    let mut caption = None;
    collect(reader.dom, id, false, &mut rows, &mut caption);
    if let Some(caption) = caption {
        let blocks = reader.inner(caption, style);
        for block in blocks {
            flow.block(block);
        }
    }
    let mut table = Table::default();
    let mut heads = Vec::new();
    for (row, in_head) in rows {
        let cells = cells(reader.dom, row);
        heads.push((
            in_head,
            cells
                .iter()
                .map(|cell| reader.dom.name(*cell) == Some("th"))
                .collect::<Vec<_>>(),
        ));
        let mut out = Row {
            attrs: color(reader.dom, row),
            cells: Vec::new(),
        };
        for cell in cells {
            out.cells.push(Cell {
                attrs: color(reader.dom, cell),
                text: reader.flat(cell, &cell_style(style), "a table cell"),
            });
            let spans = |name| {
                reader
                    .dom
                    .attr(cell, name)
                    .and_then(|span| span.trim().parse::<usize>().ok())
            };
            let columns = spans("colspan").unwrap_or(1).clamp(1, MAX_SPAN);
            let covers = columns > 1 || spans("rowspan").is_some_and(|rows| rows > 1);
            if covers {
                reader.lost("a table cell that spans several becomes one");
            }
            out.cells.extend((1..columns).map(|_| Cell::default()));
        }
        table.rows.push(out);
    }
    if table.rows.iter().all(|row| row.cells.is_empty()) {
        return;
    }
    table.header_row = heads.first().is_some_and(|(in_head, heads)| {
        *in_head || (heads.len() > 1 && heads.iter().all(|head| *head))
    });
    let below = heads.iter().skip(usize::from(table.header_row));
    table.header_column =
        below.len() > 0 && below.clone().all(|(_, heads)| heads.first() == Some(&true));
    flow.block(Block::new(Kind::Table(table)));
}

/// Header cells are bold by themselves.
fn cell_style(style: &Style) -> Style {
    Style {
        bold: false,
        ..style.clone()
    }
}

fn color(dom: &Dom, id: Id) -> Attrs {
    let mut attrs = Attrs::default();
    if let Some(color) = style::color(dom, id) {
        attrs.set("color", &color);
    }
    attrs
}

/// The rows of a table, not those of tables in it.
fn collect(dom: &Dom, id: Id, in_head: bool, rows: &mut Vec<(Id, bool)>, caption: &mut Option<Id>) {
    for child in dom.children(id) {
        match dom.name(*child) {
            Some("tr") => rows.push((*child, in_head)),
            Some("thead") => collect(dom, *child, true, rows, caption),
            Some("tbody" | "tfoot") => collect(dom, *child, false, rows, caption),
            Some("caption") => *caption = Some(*child),
            _ => {}
        }
    }
}

fn cells(dom: &Dom, row: Id) -> Vec<Id> {
    let cells = dom.children(row).iter().copied();
    cells
        .filter(|cell| matches!(dom.name(*cell), Some("td" | "th")))
        .collect()
}
