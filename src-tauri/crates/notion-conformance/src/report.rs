//! What a run found, and how it is printed.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::Serialize;

use crate::routes;

/// One replayed pair.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// The file.
    pub file: String,
    /// The row of the table.
    pub route: String,
    /// The API version.
    pub version: String,
    /// The recorded status.
    pub status: u64,
    /// The recorded error code, or nothing.
    pub code: String,
    /// The day the simulator was asked to answer as of, if not today.
    pub as_of: Option<String>,
    /// Whether that day had to be deduced from the answers.
    pub deduced: bool,
    /// Whether pairs before this one are missing from a recording that says it was thinned out, so
    /// that what they changed is unknown.
    pub after_gap: bool,
    /// All differences; none means that the pair agrees.
    pub differences: Vec<String>,
}

/// Why a pair was not replayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum LeftOut {
    /// A route that is not simulated on purpose (agents, sessions).
    OtherRoute,
    /// The recording does not say what was asked: no method, path, version or body.
    Incomplete,
}

/// An answer of ours that Notion's schema does not allow.
#[derive(Debug, Clone, Serialize)]
pub struct Violation {
    /// The file of the pair.
    pub file: String,
    /// The row of the table.
    pub route: String,
    /// What is wrong, and where.
    pub what: String,
    /// Whether the recorded answer of the real API breaks the schema in the same way.
    pub real_too: bool,
}

/// What a run found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// Every replayed pair.
    pub outcomes: Vec<Outcome>,
    /// Pairs that were not replayed.
    pub left_out: Vec<(String, LeftOut)>,
    /// How many answers were held against the schema.
    pub validated: usize,
    /// Answers of versions that the schema is for, which it says nothing of: how many of each kind.
    pub undescribed: BTreeMap<String, usize>,
    /// Those that do not fit it.
    pub violations: Vec<Violation>,
}

/// Agreeing pairs and all pairs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Score {
    agree: usize,
    of: usize,
}

impl Score {
    fn add(&mut self, agrees: bool) {
        self.of += 1;
        self.agree += usize::from(agrees);
    }

    fn percent(self) -> f64 {
        let share = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        100.0 * share(self.agree) / share(self.of.max(1))
    }
}

/// Fewer recordings than this prove little.
const THIN: usize = 5;

/// Whether a pair is of some kind.
type Kind = fn(&Outcome) -> bool;

/// Kinds of answers that recordings hardly show, so that examples have to stand in.
const RARE: &[(&str, Kind)] = &[
    ("Markdown commands", |pair| {
        pair.route.ends_with("/markdown") && pair.route.starts_with("PATCH")
    }),
    ("sign-in (OAuth)", |pair| pair.route.contains("/v1/oauth/")),
    ("202, accepted for later", |pair| pair.status == 202),
    ("400", |pair| pair.status == 400),
    ("401", |pair| pair.status == 401),
    ("403", |pair| pair.status == 403),
    ("404", |pair| pair.status == 404),
    ("409", |pair| pair.status == 409),
    ("429 and 529", |pair| {
        pair.status == 429 || pair.status == 529
    }),
    ("500, 502, 503, 504", |pair| {
        (500..529).contains(&pair.status)
    }),
];

impl Report {
    /// How many pairs agree.
    pub fn agreeing(&self) -> usize {
        let agrees = |pair: &&Outcome| pair.differences.is_empty();
        self.outcomes.iter().filter(agrees).count()
    }

    /// The share of pairs that agree, in percent.
    pub fn percent(&self) -> f64 {
        self.total().percent()
    }

    fn total(&self) -> Score {
        Score {
            agree: self.agreeing(),
            of: self.outcomes.len(),
        }
    }

    /// Pairs that differ, each with its differences.
    pub fn differing(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes
            .iter()
            .filter(|pair| !pair.differences.is_empty())
    }

    /// Violations of the schema that are ours alone.
    pub fn own_violations(&self) -> impl Iterator<Item = &Violation> {
        self.violations.iter().filter(|found| !found.real_too)
    }

    fn scores<K: Ord>(&self, key: impl Fn(&Outcome) -> K) -> BTreeMap<K, Score> {
        let mut scores: BTreeMap<K, Score> = BTreeMap::new();
        for pair in &self.outcomes {
            let score = scores.entry(key(pair)).or_default();
            score.add(pair.differences.is_empty());
        }
        scores
    }

    /// The table by route and version, and what it does not cover.
    pub fn table(&self) -> String {
        let mut out = String::new();
        for ((route, version), score) in
            self.scores(|pair| (pair.route.clone(), pair.version.clone()))
        {
            line(&mut out, &format!("{route:<46} {version:<10}"), score);
        }
        out.push('\n');
        for (version, score) in self.scores(|pair| pair.version.clone()) {
            line(
                &mut out,
                &format!("{:<46} {version:<10}", "all routes"),
                score,
            );
        }
        line(&mut out, &format!("{:<57}", "all"), self.total());
        self.footing(&mut out);
        self.thin(&mut out);
        out
    }

    fn footing(&self, out: &mut String) {
        let count = |why| self.left_out.iter().filter(|(_, is)| *is == why).count();
        let deduced = self.outcomes.iter().filter(|pair| pair.deduced).count();
        let _ = writeln!(
            out,
            "\n{} pairs of routes that are not simulated on purpose, {} that do not say what was \
             asked.\n{deduced} pairs are of a day that had to be deduced from the fields they show.",
            count(LeftOut::OtherRoute),
            count(LeftOut::Incomplete),
        );
        let gaps = self.outcomes.iter().filter(|pair| pair.after_gap).count();
        let blind = self.differing().filter(|pair| pair.after_gap).count();
        let _ = writeln!(
            out,
            "{gaps} pairs come after a gap in a thinned recording; {blind} of those differ, and {} of \
             all others.",
            self.differing().count() - blind
        );
        if self.validated > 0 {
            let own = self.own_violations().count();
            let real = self.violations.len() - own;
            let _ = writeln!(
                out,
                "{} answers were held against the schema: {own} do not fit, and {real} more that \
                 the real answers do not fit either.",
                self.validated
            );
            for (answer, count) in &self.undescribed {
                let _ = writeln!(out, "  it says nothing of {answer} ({count})");
            }
        }
    }

    /// Where recordings prove little, which the table must not hide.
    fn thin(&self, out: &mut String) {
        let routes = self.scores(|pair| pair.route.clone());
        out.push_str(
            "\nThin: fewer than five recordings. Examples of the documentation stand in.\n",
        );
        for route in routes::all() {
            let of = routes.get(&route).map_or(0, |score| score.of);
            if of < THIN {
                let _ = writeln!(out, "  {route:<46} {of:>4}");
            }
        }
        for (name, fits) in RARE {
            let of = self.outcomes.iter().filter(|pair| fits(pair)).count();
            if of < THIN {
                let _ = writeln!(out, "  {name:<46} {of:>4}");
            }
        }
    }

    /// Every difference, by file.
    pub fn list(&self) -> String {
        let mut out = String::new();
        for pair in self.differing() {
            let day = pair.as_of.as_deref().unwrap_or("today");
            let _ = writeln!(out, "{} (as of {day})", pair.file);
            for difference in &pair.differences {
                let _ = writeln!(out, "\t{difference}");
            }
        }
        for found in &self.violations {
            let whose = if found.real_too {
                ", like the real answer"
            } else {
                ""
            };
            let _ = writeln!(out, "{}: schema{whose}\n\t{}", found.file, found.what);
        }
        out
    }
}

fn line(out: &mut String, name: &str, score: Score) {
    let _ = writeln!(
        out,
        "{name} {:>5} / {:>5} {:>7.1} %",
        score.agree,
        score.of,
        score.percent()
    );
}
