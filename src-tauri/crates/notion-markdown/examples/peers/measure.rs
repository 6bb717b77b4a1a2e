//! All of it, in turns: what keeps the machine busy for a while meets everybody.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::answer;
use crate::convert;
use crate::documents::{self, Sample};
use crate::programs::{Direction, How, Programs, Who};
use crate::table::{self, Table};
use crate::trouble::{Trouble, read, write};
use crate::words::{self, Readings};

/// How often each is timed; the best counts.
const TURNS: usize = 2;
const ONCE_EACH: [Who; 2] = [Who::We, Who::Peer];

/// Lost words, and all words.
type Lost = (usize, usize);

/// What two converters made of the same document.
#[derive(Debug, Clone, Copy, Default)]
struct Both {
    lost: [Lost; 2],
    /// The most memory of the process, in KiB; nothing where the converter failed.
    peak: [Option<f64>; 2],
}

/// A document that was converted there and back by everybody.
struct Outcome {
    blocks: Both,
    markdown: Both,
    /// Our blocks as Notion would answer them: the source of the way back.
    answer: Sample,
}

/// Measures everything and answers the table.
pub(crate) fn all(peers: &Path) -> Result<Value, Trouble> {
    let folder = std::env::temp_dir().join(format!("octavo-peers-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(Trouble::io("make a folder"))?;
    let bench = Bench {
        programs: Programs::new(peers)?,
        folder: folder.clone(),
    };
    let done = match bench.measure() {
        // Whoever has no documents still wants the rest of the bench.
        Err(trouble @ Trouble::NoDocuments(_)) => {
            let mut table = Table::default();
            table.note(format!("Converters were not measured: {trouble}."));
            Ok(table.json())
        }
        done => done,
    };
    // Nothing in it is needed any more, and nothing depends on its being gone.
    let _ = std::fs::remove_dir_all(&folder);
    done
}

struct Bench {
    programs: Programs,
    folder: PathBuf,
}

impl Bench {
    fn measure(&self) -> Result<Value, Trouble> {
        let published = documents::published()?;
        let strung = documents::strung(&published, &self.folder)?;
        let mut table = Table::default();
        let mut outcomes = Vec::new();
        for sample in &strung {
            outcomes.push(self.outcome(sample)?);
        }
        let mut peer = Vec::new();
        for sample in &strung {
            peer.push(self.speed(Direction::Blocks, sample, &mut table)?);
        }
        self.many(&published, &mut table)?;
        for (sample, theirs) in strung.iter().zip(peer) {
            let floor = self.floor(sample, &mut table)?;
            table.row(table::bound(Direction::Blocks, sample, floor, theirs));
        }
        for Outcome { answer, .. } in &outcomes {
            let direction = Direction::Markdown;
            let theirs = self.speed(direction, answer, &mut table)?;
            let [parse] = self.best([Who::Parse], direction, How::One, answer)?;
            table.row(table::bound(direction, answer, parse, theirs));
        }
        for (sample, outcome) in strung.iter().zip(&outcomes) {
            for (direction, both) in outcome.directions() {
                table.row(table::memory(direction, &sample.name, both.peak));
            }
        }
        for (sample, outcome) in strung.iter().zip(&outcomes) {
            for (direction, both) in outcome.directions() {
                table.row(table::losses(direction, &sample.name, both.lost));
            }
        }
        self.one_by_one(&published, &mut table)?;
        self.notes(&mut table)?;
        Ok(table.json())
    }

    /// Converts a document once with everybody, each in a process of its own.
    fn outcome(&self, sample: &Sample) -> Result<Outcome, Trouble> {
        let source = words::of_document(&read(&sample.path)?);
        let blocks = self.both(Direction::Blocks, &sample.path, &source, |path| {
            Ok(vec![words::of_blocks(&json_of(path)?)])
        })?;
        let answer = self.answer(&sample.name)?;
        let source = vec![words::of_blocks(&json_of(&answer.path)?)];
        let markdown = self.both(Direction::Markdown, &answer.path, &source, |path| {
            Ok(words::of_written(&read(path)?))
        })?;
        Ok(Outcome {
            blocks,
            markdown,
            answer,
        })
    }

    fn both(
        &self,
        direction: Direction,
        input: &Path,
        source: &Readings,
        read: impl Fn(&Path) -> Result<Readings, Trouble>,
    ) -> Result<Both, Trouble> {
        let all = source.first().map_or(0, Vec::len);
        let mut both = Both {
            lost: [(all, all); 2],
            ..Both::default()
        };
        for ((who, lost), peak) in ONCE_EACH.iter().zip(&mut both.lost).zip(&mut both.peak) {
            let output = self.output(*who, direction);
            *peak = self.programs.peak(*who, direction, input, &output)?;
            if peak.is_some() {
                *lost = words::lost(source, &read(&output)?);
            }
        }
        Ok(both)
    }

    /// Our blocks as Notion would answer them.
    fn answer(&self, name: &str) -> Result<Sample, Trouble> {
        let mut blocks = json_of(&self.output(Who::We, Direction::Blocks))?;
        if let Some(list) = blocks.as_array_mut() {
            answer::complete(list);
        }
        let path = self.folder.join(format!("{name} answered.json"));
        let text = blocks.to_string();
        write(&path, &text)?;
        Ok(Sample {
            name: name.to_owned(),
            path,
            bytes: text.len(),
        })
    }

    fn output(&self, who: Who, direction: Direction) -> PathBuf {
        self.folder.join(format!("{who:?} {direction:?}"))
    }

    /// One row: how fast a document goes in one direction. Answers the peer's time.
    fn speed(
        &self,
        direction: Direction,
        sample: &Sample,
        table: &mut Table,
    ) -> Result<Option<f64>, Trouble> {
        let [ours, theirs] = self.best([Who::We, Who::Peer], direction, How::One, sample)?;
        table.row(table::speed(direction, sample, ours, theirs));
        Ok(theirs)
    }

    /// One row: all published documents at once, as an import converts them.
    fn many(&self, published: &[Sample], table: &mut Table) -> Result<(), Trouble> {
        let direction = Direction::Blocks;
        let all = Sample {
            name: table::many(published.len(), convert::cores(), direction),
            path: documents::folder(),
            bytes: published.iter().map(|sample| sample.bytes).sum(),
        };
        let [ours, theirs] = self.best([Who::We, Who::Peer], direction, How::Many, &all)?;
        table.row(table::speed(direction, &all, ours, theirs));
        Ok(())
    }

    /// One row: the way to blocks beside a parser that makes nothing of what it reads. Answers the parser's time.
    fn floor(&self, sample: &Sample, table: &mut Table) -> Result<Option<f64>, Trouble> {
        let [ours, floor] =
            self.best([Who::We, Who::Floor], Direction::Blocks, How::One, sample)?;
        table.row(table::floor(sample, ours, floor));
        Ok(floor)
    }

    /// The best time of each, in seconds; nothing for a peer that fails.
    fn best<const N: usize>(
        &self,
        programs: [Who; N],
        direction: Direction,
        how: How,
        sample: &Sample,
    ) -> Result<[Option<f64>; N], Trouble> {
        let mut best = [None::<f64>; N];
        for _ in 0..TURNS {
            for (who, best) in programs.iter().zip(&mut best) {
                let seconds = self.programs.seconds(*who, direction, how, &sample.path)?;
                *best = match (*best, seconds) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
            }
        }
        Ok(best)
    }

    /// The words of all published documents, each converted by itself.
    fn one_by_one(&self, published: &[Sample], table: &mut Table) -> Result<(), Trouble> {
        let mut sums = [
            (Direction::Blocks, [(0, 0); 2]),
            (Direction::Markdown, [(0, 0); 2]),
        ];
        for sample in published {
            let outcome = self.outcome(sample)?;
            for ((_, sums), (direction, both)) in sums.iter_mut().zip(outcome.directions()) {
                for (sum, lost) in sums.iter_mut().zip(both.lost) {
                    *sum = (sum.0 + lost.0, sum.1 + lost.1);
                }
                let [ours, _] = both.lost;
                if ours.0 > 0 {
                    let what = direction.words();
                    table.note(format!(
                        "{what}, {}: we lost {} words.",
                        sample.name, ours.0
                    ));
                }
                if both.peak.contains(&None) {
                    let (what, peer) = (direction.words(), direction.peer());
                    table.note(format!("{what}, {}: {peer} fails.", sample.name));
                }
            }
        }
        for (direction, lost) in sums {
            let name = format!("all {} documents by themselves", published.len());
            table.row(table::losses(direction, &name, lost));
        }
        Ok(())
    }

    fn notes(&self, table: &mut Table) -> Result<(), Trouble> {
        let empty = self.folder.join("empty");
        let (ours, theirs) = (Direction::Blocks, Direction::Markdown);
        write(&empty, "")?;
        let output = self.output(Who::We, ours);
        let we = self.programs.peak(Who::We, ours, &empty, &output)?;
        let martian = self.programs.peak(Who::Peer, ours, &empty, &output)?;
        write(&empty, "[]")?;
        let back = self.programs.peak(Who::Peer, theirs, &empty, &output)?;
        table.note(table::conditions([we, martian, back]));
        Ok(())
    }
}

impl Outcome {
    fn directions(&self) -> [(Direction, Both); 2] {
        [
            (Direction::Blocks, self.blocks),
            (Direction::Markdown, self.markdown),
        ]
    }
}

fn json_of(path: &Path) -> Result<Value, Trouble> {
    let text = read(path)?;
    let mut reader = serde_json::Deserializer::from_str(&text);
    // Documents may be nested deeper than this reader likes by itself; ours are not endless.
    reader.disable_recursion_limit();
    serde::Deserialize::deserialize(&mut reader)
        .map_err(|error| Trouble::Json(path.display().to_string(), error))
}
