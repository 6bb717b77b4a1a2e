//! Draws the acts of a run from a seed.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::act::{Act, Edit, Kill, Meanwhile, Person, Rule, Weather};

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

const FAULTS: [&str; 21] = [
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
    "403",
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
        97 => match rng.random_range(0..3) {
            0 | 1 => Act::Expire,
            _ => Act::Withdraw {
                desk: *one(rng, &[1, 2]),
            },
        },
        98 => Act::SignIn,
        _ => match rng.random_range(0..3) {
            0 | 1 => Act::Full {
                desk: desk(rng),
                room: *one(rng, &[0, 5_000, 20_000, 60_000, 200_000]),
            },
            _ => Act::Room,
        },
    }
}

#[expect(clippy::indexing_slicing, reason = "no list to choose from is empty")]
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
        fault: one::<&'static str>(rng, &FAULTS),
        percent: *one(rng, &[5, 15, 40, 90]),
        delay_ms: *one(rng, &[500, 5_000, 50_000]),
        budget: one::<&'static str>(
            rng,
            &[
                "connection",
                "connection",
                "workspace",
                "endpoint",
                "blocked",
            ],
        ),
        dated: rng.random_bool(0.2),
    }
}
