//! What can happen in a run, and how it is drawn from a seed.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// How a person changes a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// A word before a line's words.
    Start,
    /// A word among a line's words.
    Middle,
    /// A word after a line's words.
    End,
    /// A word of a line is taken away.
    Drop,
    /// All words of a line become another.
    Rewrite,
    /// A line is taken away.
    DropLine,
    /// A line below another, of its kind.
    NewLine,
    /// A paragraph becomes a heading, an item, a quote, or the other way round.
    Sign,
    /// A paragraph before everything.
    Top,
    /// A paragraph after everything.
    Bottom,
}

const EDITS: [Edit; 10] = [
    Edit::Start,
    Edit::Middle,
    Edit::End,
    Edit::Drop,
    Edit::Rewrite,
    Edit::DropLine,
    Edit::NewLine,
    Edit::Sign,
    Edit::Top,
    Edit::Bottom,
];

/// A fault, for requests of a method, with this probability in percent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Any method if absent.
    pub method: Option<&'static str>,
    /// Its name in the simulator.
    pub fault: &'static str,
    /// How often, in percent.
    pub percent: u32,
    /// How late a slow answer is.
    pub delay_ms: u32,
}

/// What the way to Notion does to requests during one act.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Weather {
    /// What may happen.
    pub rules: Vec<Rule>,
    /// Decides when it does.
    pub seed: u64,
}

/// Something that happens while a request of a round is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meanwhile {
    /// At which request.
    pub at: u32,
    /// When Notion has done what it asks, before the answer is here; else before Notion has it.
    pub answered: bool,
    /// What happens.
    pub act: Box<Act>,
}

/// An install dies while a request of a round is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kill {
    /// At which request.
    pub at: u32,
    /// When Notion has done what it asks; else before Notion has it.
    pub answered: bool,
    /// The request goes on to Notion nevertheless.
    pub forwarded: bool,
}

/// What a person does in Notion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Person {
    /// Changes a page's text.
    Write {
        /// Which page.
        pick: u32,
        /// How.
        edit: Edit,
        /// Where in it.
        place: u32,
    },
    /// Renames a page.
    Retitle {
        /// Which page.
        pick: u32,
    },
    /// Throws a page away, or takes it out of the trash.
    Trash {
        /// Which page.
        pick: u32,
        /// The former.
        trashed: bool,
    },
    /// Moves a page out of the home, or back into it.
    Move {
        /// Which page.
        pick: u32,
        /// The former.
        out: bool,
    },
    /// Makes a page in the home.
    Page {
        /// Decides what it holds.
        salt: u64,
    },
    /// Writes on the home page itself, or on its contents page.
    OwnBlock {
        /// The latter.
        contents: bool,
        /// At its end; else at its start.
        end: bool,
    },
}

/// One step of a run. Desks are 0 and 1 (two installs on one account of one workspace) and 2 (another
/// account, in another workspace, on the first install).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// A finished note is written.
    Capture {
        /// Where.
        desk: usize,
        /// Decides what it holds.
        salt: u64,
    },
    /// A note is opened, to be written in later.
    Open {
        /// Where.
        desk: usize,
        /// Which.
        pick: u32,
    },
    /// A note is changed.
    Write {
        /// Where.
        desk: usize,
        /// Which.
        pick: u32,
        /// How.
        edit: Edit,
        /// Where in it.
        place: u32,
        /// On top of the text as it was when it was opened.
        stale: bool,
    },
    /// A note gets another title.
    Retitle {
        /// Where.
        desk: usize,
        /// Which.
        pick: u32,
    },
    /// A note is thrown away, or taken out of the trash.
    Trash {
        /// Where.
        desk: usize,
        /// Which.
        pick: u32,
        /// The former.
        trashed: bool,
    },
    /// A round of the exchange.
    Sync {
        /// Where.
        desk: usize,
        /// What goes wrong.
        weather: Weather,
        /// What happens in between.
        meanwhile: Option<Meanwhile>,
        /// Whether it is cut off.
        kill: Option<Kill>,
    },
    /// An install dies and is started again.
    Restart {
        /// Which.
        install: usize,
    },
    /// An install works in the background from now on, as it does with its window open; until it dies.
    Live {
        /// Which.
        install: usize,
        /// How long that is looked at.
        seconds: u32,
        /// What goes wrong meanwhile.
        weather: Weather,
    },
    /// Time passes.
    Wait {
        /// How much.
        seconds: u32,
    },
    /// An install's clock is set.
    Clock {
        /// Which.
        install: usize,
        /// How far ahead, or back.
        seconds: i32,
    },
    /// A person works in Notion.
    Person(Person),
    /// Notion spells its Markdown in another way, and rounds, or not.
    Skew {
        /// Decides how.
        seed: u64,
    },
    /// Search becomes slow or forgetful.
    Search {
        /// How late it knows of a change.
        lag_seconds: u32,
        /// How often it leaves out a page, in percent.
        omits: u32,
    },
    /// Every token is refused from now on.
    Expire,
    /// Everybody signs in again.
    SignIn,
}

const FAULTS: [&str; 20] = [
    "cut_before",
    "cut_after_commit",
    "503_after_commit",
    "503_before",
    "500",
    "502",
    "504",
    "409",
    "429",
    "529",
    "slow",
    "503_database",
    "502_after_commit",
    "504_after_commit",
    "truncated",
    "html_403",
    "html_429",
    "html_502",
    "html_503",
    "html_200",
];

/// The acts of a run.
pub fn drawn(seed: u64, steps: usize) -> Vec<Act> {
    let mut rng = StdRng::seed_from_u64(seed);
    (0..steps).map(|_| act(&mut rng)).collect()
}

fn act(rng: &mut StdRng) -> Act {
    match rng.random_range(0..100) {
        0..4 => Act::Live {
            install: rng.random_range(0..2),
            seconds: *one(rng, &[5, 20, 60, 150]),
            weather: weather(rng),
        },
        4..40 => Act::Sync {
            desk: desk(rng),
            weather: weather(rng),
            meanwhile: rng.random_bool(0.25).then(|| Meanwhile {
                at: rng.random_range(0..12),
                answered: rng.random(),
                act: Box::new(aside(rng)),
            }),
            kill: rng.random_bool(0.2).then(|| Kill {
                at: rng.random_range(0..12),
                answered: rng.random(),
                forwarded: rng.random(),
            }),
        },
        40..64 => at_desk(rng),
        64..84 => Act::Person(person(rng)),
        84..88 => Act::Wait {
            seconds: *one(rng, &[1, 10, 40, 130, 700]),
        },
        88..91 => Act::Restart {
            install: rng.random_range(0..2),
        },
        91..93 => Act::Clock {
            install: rng.random_range(0..2),
            seconds: *one(rng, &[-90_000, -3_700, -100, -5, 5, 100, 3_700, 90_000]),
        },
        93..95 => Act::Skew { seed: rng.random() },
        95..97 => Act::Search {
            lag_seconds: *one(rng, &[0, 0, 5, 60]),
            omits: *one(rng, &[0, 0, 20, 60]),
        },
        97 => Act::Expire,
        _ => Act::SignIn,
    }
}

fn one<'a, T>(rng: &mut StdRng, of: &'a [T]) -> &'a T {
    &of[rng.random_range(0..of.len())]
}

fn desk(rng: &mut StdRng) -> usize {
    *one(rng, &[0, 0, 0, 0, 1, 1, 1, 1, 2])
}

/// Something that can happen during a round.
fn aside(rng: &mut StdRng) -> Act {
    match rng.random_range(0..10) {
        0..4 => at_desk(rng),
        4..8 => loop {
            // A title that changes at the very moment another is on its way cannot be guarded: the
            // API has no condition for it.
            match person(rng) {
                Person::Retitle { .. } => {}
                other => return Act::Person(other),
            }
        },
        _ => Act::Sync {
            desk: desk(rng),
            weather: Weather::default(),
            meanwhile: None,
            kill: None,
        },
    }
}

fn at_desk(rng: &mut StdRng) -> Act {
    let (desk, pick) = (desk(rng), rng.random());
    match rng.random_range(0..24) {
        0..4 => Act::Capture {
            desk,
            salt: rng.random(),
        },
        4 | 5 => Act::Open { desk, pick },
        6..18 => Act::Write {
            desk,
            pick,
            edit: *one(rng, &EDITS),
            place: rng.random(),
            stale: rng.random_bool(0.2),
        },
        18 | 19 => Act::Retitle { desk, pick },
        20 | 21 => Act::Trash {
            desk,
            pick,
            trashed: true,
        },
        _ => Act::Trash {
            desk,
            pick,
            trashed: false,
        },
    }
}

fn person(rng: &mut StdRng) -> Person {
    let pick = rng.random();
    match rng.random_range(0..20) {
        0..10 => Person::Write {
            pick,
            edit: *one(rng, &EDITS),
            place: rng.random(),
        },
        10 | 11 => Person::Retitle { pick },
        12 | 13 => Person::Trash {
            pick,
            trashed: true,
        },
        14 | 15 => Person::Trash {
            pick,
            trashed: false,
        },
        16 => Person::Move {
            pick,
            out: rng.random(),
        },
        17 => Person::Page { salt: rng.random() },
        _ => Person::OwnBlock {
            contents: rng.random(),
            end: rng.random(),
        },
    }
}

fn weather(rng: &mut StdRng) -> Weather {
    let rules = match rng.random_range(0..4) {
        0 | 1 => 0,
        2 => 1,
        _ => 3,
    };
    Weather {
        rules: (0..rules).map(|_| rule(rng)).collect(),
        seed: rng.random(),
    }
}

fn rule(rng: &mut StdRng) -> Rule {
    Rule {
        method: *one(rng, &[None, Some("POST"), Some("PATCH"), Some("GET")]),
        fault: *one(rng, &FAULTS),
        percent: *one(rng, &[5, 15, 40, 90]),
        delay_ms: *one(rng, &[500, 5_000, 50_000]),
    }
}
