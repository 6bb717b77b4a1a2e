//! When a recording was made: new fields appear in answers of every version without notice, so the
//! simulator is asked to answer as the API did on that day.

use jiff::civil::Date;
use notion_sim::history::{CHANGES, Presence};
use serde_json::Value;

use crate::recording::Pair;

/// How a recording's day is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Day {
    /// The recording says so itself.
    Known(Date),
    /// Deduced: the last day before the oldest change that its answers lack, which is no earlier
    /// than anything they show.
    Deduced(Date),
    /// Nothing speaks against today.
    Today,
}

impl Day {
    pub(crate) fn date(self) -> Option<Date> {
        match self {
            Self::Known(date) | Self::Deduced(date) => Some(date),
            Self::Today => None,
        }
    }
}

/// The day of a recording.
pub(crate) fn of(pairs: &[Pair]) -> Day {
    if let Some(date) = pairs.iter().filter_map(said).max() {
        return Day::Known(date);
    }
    let earliest = pairs.iter().filter_map(not_before).max();
    let mut shown: Option<Date> = earliest;
    let mut lacking: Option<Date> = None;
    for change in CHANGES {
        let Some(since) = parse(change.since) else {
            continue;
        };
        for pair in pairs {
            match change.presence(pair.answer()) {
                Presence::Absent => lacking = Some(lacking.map_or(since, |day| day.min(since))),
                Presence::Present => shown = Some(shown.map_or(since, |day| day.max(since))),
                // One recording stands for one day: both together is a difference to be reported.
                Presence::Both | Presence::Neither => {}
            }
        }
    }
    // What a recording itself wrote bears the time of the recording, unless times were made up
    // afterwards, which shows when the fields speak against it.
    let written = pairs.iter().filter_map(wrote).max();
    if let Some(written) = written
        && shown.is_none_or(|shown| written >= shown)
        && lacking.is_none_or(|lacking| written < lacking)
    {
        return Day::Known(written);
    }
    let Some(before) = lacking.and_then(|day| day.yesterday().ok()) else {
        return Day::Today;
    };
    Day::Deduced(shown.map_or(before, |shown| before.max(shown)))
}

/// When a recording began, to the minute: the oldest time that it wrote itself.
pub(crate) fn begun(pairs: &[Pair]) -> Option<jiff::Timestamp> {
    let written = pairs.iter().filter(|pair| wrote(pair).is_some());
    let made = written.filter_map(|pair| pair.answer()["created_time"].as_str());
    made.filter_map(|text| text.parse().ok()).min()
}

/// The newest time in the answer to a write.
fn wrote(pair: &Pair) -> Option<Date> {
    let writes = ["/v1/pages", "/children"]
        .iter()
        .any(|end| pair.path().ends_with(end));
    if pair.method() == "GET" || pair.status() != 200 || !writes {
        return None;
    }
    let mut newest = None;
    times(pair.answer(), &mut newest);
    newest
}

fn parse(text: &str) -> Option<Date> {
    text.get(..10)?.parse().ok()
}

/// The day a pair states: the `Date` header of its answer, or a note of who recorded it.
fn said(pair: &Pair) -> Option<Date> {
    let header = pair
        .response_header("date")
        .and_then(|text| jiff::fmt::rfc2822::parse(text).ok())
        .map(|moment| moment.date());
    let noted = || {
        let words = pair.noted.as_deref()?.split_whitespace();
        words.filter_map(parse).next_back()
    };
    header.or_else(noted)
}

/// A recording is no older than the newest time in it, nor than its version.
fn not_before(pair: &Pair) -> Option<Date> {
    let mut newest = parse(&pair.version);
    times(pair.answer(), &mut newest);
    newest
}

fn times(value: &Value, newest: &mut Option<Date>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| times(item, newest)),
        Value::Object(map) => {
            for (key, value) in map {
                let time = ["created_time", "last_edited_time"].contains(&key.as_str());
                if let Some(date) = value.as_str().filter(|_| time).and_then(parse) {
                    *newest = Some(newest.map_or(date, |day| day.max(date)));
                }
                times(value, newest);
            }
        }
        _ => {}
    }
}
