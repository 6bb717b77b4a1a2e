//! Reading a whole body: what is done before and after its events are put into blocks.

use pulldown_cmark::{Event, Options, Parser as Events};

use crate::body::blocks::Frames;
use crate::body::front::{clean, front_matter};
use crate::body::isolate::isolate;
use crate::body::kept::Gaps;
use crate::body::parse::{Reader, SoftBreak};
use crate::body::places::{Places, numbers};
use crate::loss::{Converted, Losses};
use crate::model::{Block, Document, Kind};

/// The extensions that a body may use.
const EXTENSIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_MATH)
    .union(Options::ENABLE_GFM);

/// Reads a whole text.
pub(crate) fn document(text: &str, soft: SoftBreak) -> Document {
    read(text, soft).value
}

/// Reads a whole text, and says what the model has no word for.
pub(crate) fn read(raw: &str, soft: SoftBreak) -> Converted<Document> {
    let text = clean(raw);
    let (front, rest) = split(&text);
    let source = isolate(rest);
    let (blocks, mut losses, _) = events(front, &source, soft, Frames::default());
    if raw.contains('\0') && text.contains('\u{fffd}') {
        losses.at(&[0], "a character without a meaning (NUL)");
    }
    Converted {
        value: Document { blocks }.arranged(&mut losses),
        losses: losses.into_list(),
    }
}

/// The lines where the blocks of a body begin.
pub(crate) struct Lines {
    places: Places,
    /// Where each line of what was read begins, and its number in the body, counted from 1.
    numbers: Vec<(usize, usize)>,
}

impl Lines {
    /// The line where the block at these positions begins, or the one around it.
    pub(crate) fn of(&self, place: &[usize]) -> usize {
        let at = self.places.of(place);
        let line = self.numbers.partition_point(|(start, _)| *start <= at);
        let found = line.checked_sub(1).and_then(|line| self.numbers.get(line));
        found.map_or(1, |(_, number)| *number)
    }
}

/// Where the blocks of a body begin; they are those of [`read`].
pub(crate) fn lines(raw: &str) -> Lines {
    let text = clean(raw);
    let (front, rest) = split(&text);
    let source = isolate(rest);
    let (_, _, places) = events(front, &source, SoftBreak::Keep, Frames::with_places());
    let above = text.get(..text.len() - rest.len()).unwrap_or_default();
    let above = above.matches('\n').count() + 1;
    let mut start = 0;
    let mut starts = Vec::new();
    for (line, number) in source.split('\n').zip(numbers(&source, rest)) {
        starts.push((start, above + number));
        start += line.len() + 1;
    }
    Lines {
        places: places.unwrap_or_default(),
        numbers: starts,
    }
}

/// Front matter, and the rest of a text.
fn split(text: &str) -> (Option<&str>, &str) {
    front_matter(text).map_or((None, text), |(front, rest)| (Some(front), rest))
}

fn events(
    front: Option<&str>,
    source: &str,
    soft: SoftBreak,
    frames: Frames,
) -> (Vec<Block>, Losses, Option<Places>) {
    let mut reader = Reader::new(source, soft, frames);
    if let Some(front) = front {
        let text = front.to_owned();
        reader.frames.push(Block::new(Kind::Code {
            language: "yaml".to_owned(),
            text,
        }));
    }
    let mut events = Events::new_ext(source, EXTENSIONS).into_offset_iter();
    let mut gaps = Gaps::default();
    for (event, range) in events.by_ref() {
        match &event {
            Event::Start(_) => gaps.start(&range, true),
            Event::End(_) => gaps.end(),
            _ => gaps.start(&range, false),
        }
        reader.frames.at(range.start);
        reader.event(event, range);
    }
    reader.finish_paragraph();
    reader.definitions(events.reference_definitions(), gaps);
    reader.frames.finish()
}
