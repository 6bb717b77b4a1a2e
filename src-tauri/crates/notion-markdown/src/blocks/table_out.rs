//! Tables as blocks: rows as wide as their table, no cell and no row beyond what a request takes.

use serde_json::{Value, json};

use super::json::{block, map, size};
use super::rich_out;
use super::write::{GROUP_BYTES, GROUP_ITEMS};
use crate::model::{Cell, Inline, Span, Table};

/// The widest table: a row's cells are an array like any other.
pub(super) const WIDTH: usize = 100;

/// Writes a table with its rows.
pub(super) fn table(table: &Table, lost: &mut dyn FnMut(String)) -> Value {
    let widest = table.rows.iter().map(|row| row.cells.len()).max();
    let width = widest.unwrap_or(1).clamp(1, WIDTH);
    let cells = || table.rows.iter().flat_map(|row| &row.cells);
    if widest.is_some_and(|widest| widest > WIDTH) {
        lost("a table of more than 100 columns: the rest stands in its last column".to_owned());
    }
    if table.columns.iter().any(|attrs| !attrs.is_empty())
        || table.rows.iter().any(|row| !row.attrs.is_empty())
        || cells().any(|cell| !cell.attrs.is_empty())
    {
        lost("colours and widths of a table".to_owned());
    }
    let mut rows = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let before = rows.len();
        self::row(&row.cells, width, &mut rows, lost);
        if rows.len() > before + 1 {
            lost("a row longer than a block holds is continued in the next".to_owned());
        }
    }
    if rows.is_empty() {
        row(&[], width, &mut rows, lost);
    }
    block(
        "table",
        map([
            ("table_width", json!(width)),
            ("has_column_header", json!(table.header_row)),
            ("has_row_header", json!(table.header_column)),
            ("children", Value::Array(rows)),
        ]),
    )
}

/// Writes one row; what does not fit goes on in rows below, from the same cell.
fn row(cells: &[Cell], width: usize, rows: &mut Vec<Value>, lost: &mut dyn FnMut(String)) {
    let mut current = vec![Vec::new(); width];
    let mut bytes = 0;
    for at in 0..width {
        let items = rich_out::items(&text(cells, at, width), lost);
        for item in items {
            let len = size(&item) + 1;
            let full = current
                .get(at)
                .is_some_and(|cell| cell.len() >= GROUP_ITEMS);
            if full || bytes + len > GROUP_BYTES {
                rows.push(finish(&current));
                current = vec![Vec::new(); width];
                bytes = 0;
            }
            bytes += len;
            if let Some(cell) = current.get_mut(at) {
                cell.push(item);
            }
        }
    }
    rows.push(finish(&current));
}

fn finish(cells: &[Vec<Value>]) -> Value {
    block("table_row", map([("cells", json!(cells))]))
}

/// The text of a cell; the last one takes in all that are too many.
fn text(cells: &[Cell], at: usize, width: usize) -> Vec<Span> {
    let mut out = cells
        .get(at)
        .map(|cell| cell.text.clone())
        .unwrap_or_default();
    if at + 1 == width {
        for cell in cells.iter().skip(width) {
            out.push(Span::plain(Inline::Break));
            out.extend(cell.text.iter().cloned());
        }
    }
    out
}
