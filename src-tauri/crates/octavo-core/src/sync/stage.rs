//! What one request cannot carry goes to Notion in stages. Each stage leads to a text of its own that is
//! journalled, sent and confirmed like any other change, so that whatever breaks in between, the next
//! stage follows from what is there.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::mem::discriminant;

use notion_api::MarkdownCommand;
use notion_markdown::{
    Block, Document, Inline, Kind, Reason, Replacement, Span, Update, block_update, canonical, diff,
};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::Fault;
use super::change::{Change, change_of, refused};

/// Where even a stage of so small a part of the room cannot be said as text, operations on blocks do it.
const LEAST_PART: usize = 16;

/// One request's share of a change, or one plan of block requests.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) change: Change,
    /// What the page says afterwards.
    pub(super) text: String,
}

/// How many stages a text may need at most.
pub(super) fn most_stages(wanted: &str, room: usize) -> usize {
    wanted.len() * LEAST_PART / room
}

/// What a new page begins with: all of it, or as much as one request with so much room carries.
pub(super) fn beginning(wanted: &str, room: usize) -> String {
    if weight(wanted) <= room {
        return wanted.to_owned();
    }
    toward(&[], &Document::from_enhanced(wanted).blocks, room)
}

/// The next stage on the way from the page's text to `wanted`; none if both mean the same.
///
/// Every stage adds to what is there, or, once nothing is left to add, takes away: so the way has an end.
/// What cannot be cut goes block by block.
pub(super) fn stage(base: &str, wanted: &str, room: usize) -> Result<Option<Stage>, Fault> {
    let update = diff(base, wanted);
    let too_long = too_long(&update, room);
    let Some(change) = change_of(update, base, wanted)? else {
        return Ok(None);
    };
    let whole = |change| Stage {
        change,
        text: wanted.to_owned(),
    };
    if !too_long && !needs_stages(&change, wanted, room) {
        return Ok(Some(whole(change)));
    }
    if let Some(part) = part(base, wanted, room) {
        return Ok(Some(part));
    }
    let by_blocks = block_update(base, wanted).map_err(|refusal| refused(refusal.to_string()))?;
    Ok(Some(whole(Change::Blocks(Box::new(by_blocks)))))
}

fn too_long(update: &Update, room: usize) -> bool {
    matches!(update, Update::Replace(pairs) if weight_of(pairs) > room)
}

fn weight_of(pairs: &[Replacement]) -> usize {
    pairs.iter().map(Replacement::weight).sum()
}

fn needs_stages(change: &Change, wanted: &str, room: usize) -> bool {
    match change {
        Change::Blocks(update) => update.reason == Reason::TooLong,
        Change::Text(MarkdownCommand::UpdateContent { .. }) => false,
        Change::Text(_) => weight(wanted) > room,
    }
}

/// A text between both that one request leads to.
fn part(base: &str, wanted: &str, room: usize) -> Option<Stage> {
    let old = Document::from_enhanced(base).blocks;
    let new = Document::from_enhanced(wanted).blocks;
    let mut share = room;
    while share >= room / LEAST_PART {
        let text = toward(&old, &new, share);
        if canonical(&text) == canonical(base) {
            return None;
        }
        let update = diff(base, &text);
        let one = match &update {
            Update::Replace(pairs) => weight_of(pairs) <= room,
            // The beginning of an empty page.
            Update::Blocks(_) => base.trim().is_empty() && weight(&text) <= room,
            Update::Unchanged | Update::Refused(_) => false,
        };
        if one && let Ok(Some(change)) = change_of(update, base, &text) {
            return Some(Stage { change, text });
        }
        share /= 2;
    }
    None
}

/// How long a text is in the JSON of a request.
fn weight(text: &str) -> usize {
    serde_json::to_string(text).map_or(usize::MAX, |json| json.len())
}

fn block_weight(block: &Block) -> usize {
    weight(&one(block).to_enhanced())
}

fn one(block: &Block) -> Document {
    Document {
        blocks: vec![block.clone()],
    }
}

/// What makes two blocks the same place of a text: their words, so that Notion's own spelling of what was
/// sent does not look like something new. What has no words counts by its source.
fn key(block: &Block) -> u64 {
    let mut hasher = DefaultHasher::new();
    discriminant(&block.kind).hash(&mut hasher);
    let words = words(block);
    if words.is_empty() {
        canonical(&one(block).to_enhanced()).hash(&mut hasher);
    } else {
        words.hash(&mut hasher);
    }
    hasher.finish()
}

fn words(block: &Block) -> String {
    let text = one(block).plain_text();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of `old` with as much of what `new` adds as there is room for, from the top. Only once nothing
/// is left to add is anything taken out: until the new words are in Notion, the old ones stay there.
fn toward(old: &[Block], new: &[Block], room: usize) -> String {
    let keys = |blocks: &[Block]| blocks.iter().map(key).collect::<Vec<_>>();
    let ops = capture_diff_slices(Algorithm::Patience, &keys(old), &keys(new));
    let mut adding = Adding {
        out: Vec::new(),
        left: room,
        room,
        full: false,
    };
    for op in &ops {
        let was = old.get(op.old_range()).unwrap_or_default();
        let added: &[Block] = match op {
            DiffOp::Equal { .. } => &[],
            _ => new.get(op.new_range()).unwrap_or_default(),
        };
        adding.hunk(was, added);
    }
    let adds = ops
        .iter()
        .any(|op| !matches!(op, DiffOp::Equal { .. }) && !op.new_range().is_empty());
    let blocks = if adds {
        adding.out
    } else {
        without(old, &ops, room)
    };
    Document { blocks }.to_enhanced()
}

struct Adding {
    out: Vec<Block>,
    left: usize,
    room: usize,
    full: bool,
}

impl Adding {
    fn hunk(&mut self, was: &[Block], added: &[Block]) {
        let mut grown = vec![false; was.len()];
        for block in added {
            if self.full {
                break;
            }
            // A block that was cut in an earlier stage goes on where it ended.
            let begun = was.iter().position(|old| begins(old, block));
            let known = begun.and_then(|at| was.get(at)).map_or(0, block_weight);
            let whole = block_weight(block);
            let cost = whole.saturating_sub(known);
            if cost <= self.left {
                self.left -= cost;
                self.out.push(block.clone());
            } else {
                let untouched = self.left == self.room;
                self.full = true;
                let part = untouched.then(|| cut(block, known + self.room)).flatten();
                let there = begun.and_then(|at| was.get(at));
                // A cut that falls short of what is there already would be mended and made for ever.
                let grows = |part: &Block| there.is_none_or(|old| goes_on(old, part));
                let Some(part) = part.filter(grows) else {
                    break;
                };
                self.out.push(part);
            }
            if let Some(grown) = begun.and_then(|at| grown.get_mut(at)) {
                *grown = true;
            }
        }
        let kept = was.iter().zip(&grown).filter(|(_, grown)| !**grown);
        self.out.extend(kept.map(|(block, _)| block.clone()));
    }
}

fn begins(old: &Block, new: &Block) -> bool {
    let beginning = words(old);
    discriminant(&old.kind) == discriminant(&new.kind)
        && !beginning.is_empty()
        && words(new).starts_with(&beginning)
}

fn goes_on(old: &Block, new: &Block) -> bool {
    begins(old, new) && words(old) != words(new)
}

/// The old blocks without as many of those to be removed as a request can name.
fn without(old: &[Block], ops: &[DiffOp], room: usize) -> Vec<Block> {
    let mut left = room;
    let mut out = Vec::new();
    for op in ops {
        for block in old.get(op.old_range()).unwrap_or_default() {
            let kept = matches!(op, DiffOp::Equal { .. }) || matches!(block.kind, Kind::Opaque(_));
            let weight = block_weight(block);
            if !kept && weight <= left {
                left -= weight;
            } else {
                out.push(block.clone());
            }
        }
    }
    out
}

/// The beginning of a block that is too long as a whole; none if it cannot be cut.
fn cut(block: &Block, room: usize) -> Option<Block> {
    let mut part = Block {
        children: Vec::new(),
        ..block.clone()
    };
    if block_weight(&part) > room {
        part.kind = cut_kind(&block.kind, room)?;
        return Some(part);
    }
    let mut left = room.saturating_sub(block_weight(&part));
    for child in &block.children {
        let weight = block_weight(child);
        if weight > left {
            part.children.extend(cut(child, left));
            break;
        }
        left -= weight;
        part.children.push(child.clone());
    }
    Some(part)
}

fn cut_kind(kind: &Kind, room: usize) -> Option<Kind> {
    let mut kind = kind.clone();
    match &mut kind {
        Kind::Paragraph(text)
        | Kind::Heading { text, .. }
        | Kind::Bullet(text)
        | Kind::Numbered { text, .. }
        | Kind::Todo { text, .. }
        | Kind::Quote(text)
        | Kind::Toggle(text) => cut_spans(text, room),
        Kind::Code { text, .. } => text.truncate(cut_at(text, room, '\n')),
        Kind::Table(table) => {
            let mut left = room;
            let fit = table.rows.iter().take_while(|row| {
                let cells = row.cells.iter().map(|cell| {
                    block_weight(&Block::new(Kind::Paragraph(cell.text.clone()))) + CELL
                });
                let weight: usize = cells.sum();
                let fits = weight <= left;
                left = left.saturating_sub(weight);
                fits
            });
            let fit = fit.count();
            if fit == 0 {
                return None;
            }
            table.rows.truncate(fit);
        }
        _ => return None,
    }
    Some(kind)
}

/// What a cell takes beside its text: its tags, its row's share, the tabs and breaks around them.
const CELL: usize = 40;

fn cut_spans(text: &mut Vec<Span>, room: usize) {
    let mut left = room;
    let mut kept = 0;
    for span in text.iter_mut() {
        let weight = block_weight(&Block::new(Kind::Paragraph(vec![span.clone()])));
        if weight > left {
            if let Inline::Text(words) = &mut span.content {
                words.truncate(cut_at(words, left, ' '));
                kept += usize::from(!words.trim().is_empty());
            }
            break;
        }
        left -= weight;
        kept += 1;
    }
    text.truncate(kept);
}

/// Where to cut a text so that it fits, marks and escapes counted: behind a `gap` if there is one.
fn cut_at(text: &str, room: usize, gap: char) -> usize {
    let mut sum = 0;
    let mut last_gap = None;
    for (at, letter) in text.char_indices() {
        // Any ASCII sign may be escaped, and the escape escaped again.
        sum += match letter {
            letter if letter.is_ascii_alphanumeric() || letter == ' ' => 1,
            letter if letter.is_ascii_control() => 6,
            letter if letter.is_ascii() => 4,
            letter => letter.len_utf8(),
        };
        if sum > room {
            return last_gap.unwrap_or(at);
        }
        if letter == gap {
            last_gap = Some(at);
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every text on the way from `base` to `wanted`.
    fn way(base: &str, wanted: &str, room: usize) -> Vec<String> {
        let mut texts = vec![base.to_owned()];
        while let Some(stage) = stage(texts.last().unwrap(), wanted, room).unwrap() {
            texts.push(stage.text);
            assert!(
                texts.len() <= 4 + most_stages(wanted, room) + most_stages(base, room),
                "going round in circles: {texts:#?}"
            );
        }
        texts
    }

    #[test]
    fn a_long_line_that_grows_at_its_end_gets_there() {
        let base = "N12q is its name B16q and B17q and B18q B19q P52q B21q B22q B23q B24q";
        let wanted = format!("{base} A50q");
        for room in [20, 50, 80, 120, 200, 400] {
            let way = way(base, &wanted, room);
            assert_eq!(way.last(), Some(&wanted));
        }
    }

    #[test]
    fn a_block_that_is_spelt_otherwise_as_it_grows_gets_there() {
        let start = "N12q is its name\n> B16q and B17q and B18q";
        let base = format!(
            "{start}\n```plain text\nB19q\nP52q\nB21q\n```\n```plain text\nB22q\nB23q\nB24q\n```"
        );
        let wanted =
            format!("{start}\n```\nB19q\nP52q\nB21q\n```\n```\nB22q\nB23q\nB24q\n\nA50q\n```");
        for room in 40..200 {
            let way = way(&base, &wanted, room);
            assert_eq!(canonical(way.last().unwrap()), canonical(&wanted), "{room}");
        }
    }

    fn text() -> impl Strategy<Value = String> {
        let words = prop::collection::vec("[a-z]{1,6}", 1..14).prop_map(|words| words.join(" "));
        let line = (
            prop::sample::select(vec!["", "- ", "# ", "> ", "```"]),
            words,
        )
            .prop_map(|(mark, words)| match mark {
                "```" => format!("```\n{}\n```", words.replace(' ', "\n")),
                _ => format!("{mark}{words}"),
            });
        prop::collection::vec(line, 0..8).prop_map(|lines| lines.join("\n"))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn stages_lead_where_they_should(base in text(), wanted in text(), room in 40_usize..400) {
            let way = way(&base, &wanted, room);
            prop_assert_eq!(canonical(way.last().unwrap()), canonical(&wanted));
        }

        #[test]
        fn a_new_page_begins_as_it_goes_on(wanted in text(), room in 40_usize..400) {
            let way = way(&beginning(&wanted, room), &wanted, room);
            prop_assert_eq!(canonical(way.last().unwrap()), canonical(&wanted));
        }
    }
}
