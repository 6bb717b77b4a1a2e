//! What conversions cost: `throughput FILE…` repeats each text until it is a megabyte long and prints
//! milliseconds per megabyte of each conversion, beside what `pulldown-cmark` needs to parse the same
//! text without making anything of it. `throughput --once STAGE FILE` does one of them once, in the
//! function `measured`, for a profiler to look at. A FILE that ends in `.json` is an answer of Notion that is read
//! as it is; the other conversions begin with what it says.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use notion_markdown::{Block, Document, Kind, Merge, Span, Update, canonical, diff, merge, plan};
use pulldown_cmark::{Options, Parser};

/// How long the texts are made.
const SIZE: usize = 1_000_000;

/// The extensions that a body may use: what is switched off costs the floor nothing.
const EXTENSIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_MATH)
    .union(Options::ENABLE_GFM);

/// A text in the forms that conversions begin with.
struct Sample {
    body: String,
    document: Document,
    enhanced: String,
    json: String,
    /// The text with a number at every block, so that each can be found; and what became of it.
    base: String,
    one: String,
    half: String,
    all: String,
}

impl Sample {
    fn read(path: &str, changed: bool) -> std::io::Result<Self> {
        let text = std::fs::read_to_string(path)?;
        if Path::new(path)
            .extension()
            .is_none_or(|kind| kind != "json")
        {
            return Ok(Self::of(&text, changed));
        }
        let read = Document::read_blocks_json(&text).map_err(std::io::Error::other)?;
        let sample = Self::of(&read.value.to_body(), changed);
        Ok(Self {
            json: text,
            ..sample
        })
    }

    /// `changed`: whether what becomes of the text is wanted too.
    fn of(text: &str, changed: bool) -> Self {
        let copies = SIZE.div_ceil(text.len().max(1)).max(1);
        let body = if copies > 1 {
            format!("{text}\n\n").repeat(copies)
        } else {
            text.to_owned()
        };
        let document = Document::from_body(&body);
        let enhanced = document.to_enhanced();
        let json = document.to_blocks_json().value;
        if !changed {
            return Self {
                body,
                document,
                enhanced,
                json,
                base: String::new(),
                one: String::new(),
                half: String::new(),
                all: String::new(),
            };
        }
        let mut numbered = document.clone();
        mark(&mut numbered, |at| Some(format!(" no. {at}")));
        let changed = |when: &dyn Fn(usize) -> bool| {
            let mut changed = numbered.clone();
            mark(&mut changed, |at| when(at).then(|| " changed".to_owned()));
            changed.to_enhanced()
        };
        let middle = document.blocks.len() / 2;
        Self {
            base: numbered.to_enhanced(),
            one: changed(&|at| at == middle),
            half: changed(&|at| at % 2 == 0),
            all: changed(&|_| true),
            body,
            document,
            enhanced,
            json,
        }
    }
}

/// Adds words to blocks at the top, by their number.
fn mark(document: &mut Document, words: impl Fn(usize) -> Option<String>) {
    for (at, Block { kind, .. }) in document.blocks.iter_mut().enumerate() {
        if let Kind::Paragraph(text)
        | Kind::Heading { text, .. }
        | Kind::Bullet(text)
        | Kind::Numbered { text, .. }
        | Kind::Todo { text, .. }
        | Kind::Quote(text) = kind
        {
            text.extend(words(at).map(Span::text));
        }
    }
    *document = std::mem::take(document).normalized();
}

type Stage = (&'static str, fn(&Sample) -> usize);

const STAGES: [Stage; 16] = [
    ("floor", |it| {
        Parser::new_ext(&it.body, EXTENSIONS).map(black_box).count()
    }),
    ("read", |it| Document::from_body(&it.body).blocks.len()),
    ("blocks", |it| {
        let document = Document::from_body(&it.body);
        document.to_blocks_json().value.len()
    }),
    ("requests", |it| {
        let document = Document::from_body(&it.body);
        document.to_requests().value.len()
    }),
    ("enhanced", |it| {
        Document::from_body(&it.body).to_enhanced().len()
    }),
    ("values", |it| it.document.to_blocks().blocks.len()),
    ("plan", |it| plan(&it.document.to_blocks().blocks).len()),
    ("json", |it| {
        let read = Document::read_blocks_json(&it.json);
        read.map_or(0, |read| read.value.blocks.len())
    }),
    ("back", |it| {
        let read = Document::read_blocks_json(&it.json);
        read.map_or(0, |read| read.value.to_body().len())
    }),
    ("body", |it| {
        Document::from_enhanced(&it.enhanced).to_body().len()
    }),
    ("canonical", |it| canonical(&it.enhanced).len()),
    ("one", |it| pairs(&it.base, &it.one)),
    ("half", |it| pairs(&it.base, &it.half)),
    ("all", |it| pairs(&it.base, &it.all)),
    ("same", |it| pairs(&it.enhanced, &it.all)),
    ("merge", merged),
];

/// The stages that look at what becomes of the text.
const CHANGED: [&str; 5] = ["one", "half", "all", "same", "merge"];

fn pairs(base: &str, new: &str) -> usize {
    match diff(base, new) {
        Update::Replace(pairs) => pairs.len(),
        _ => 0,
    }
}

fn merged(it: &Sample) -> usize {
    match merge(&it.base, &it.one, &it.half) {
        Merge::Clean(text) => text.len(),
        Merge::Conflict { regions, .. } => regions.len(),
    }
}

#[inline(never)]
fn measured(stage: fn(&Sample) -> usize, sample: &Sample) -> usize {
    black_box(stage(black_box(sample)))
}

/// The best of several rounds: what disturbs a machine only ever slows it down.
fn best(stage: fn(&Sample) -> usize, sample: &Sample) -> Duration {
    let mut best = Duration::MAX;
    let start = Instant::now();
    let mut rounds = 0;
    while rounds < 3 || start.elapsed() < Duration::from_millis(300) {
        let round = Instant::now();
        measured(stage, sample);
        best = best.min(round.elapsed());
        rounds += 1;
    }
    best
}

fn row(sample: &Sample) -> String {
    let bytes = u32::try_from(sample.body.len()).unwrap_or(u32::MAX);
    let mut out = String::new();
    for (name, stage) in STAGES {
        let millis = best(stage, sample).as_secs_f64() * 1e9 / f64::from(bytes);
        // Writing to a text cannot fail.
        let _ = write!(out, " {millis:>width$.1}", width = name.len().max(5));
    }
    out
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "throughput: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> std::io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut out = std::io::stdout().lock();
    if let [once, stage, path] = words.as_slice()
        && once == "--once"
    {
        let changed = CHANGED.contains(&stage.as_str());
        let sample = Sample::read(path, changed)?;
        let found = STAGES.iter().find(|(name, _)| name == stage);
        let (_, stage) = found.ok_or_else(|| std::io::Error::other("there is no such stage"))?;
        return writeln!(out, "{}", measured(*stage, &sample));
    }
    for (name, _) in STAGES {
        write!(out, " {name:>5}")?;
    }
    writeln!(out, "  ms for 1 MB")?;
    for path in words {
        let sample = Sample::read(&path, true)?;
        writeln!(out, "{}  {path}", row(&sample))?;
    }
    Ok(())
}
