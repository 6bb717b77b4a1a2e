//! Dates of properties, formulas and filters: days, or moments to the minute.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use crate::richtext;

/// A day, or a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Day(Date),
    /// Milliseconds since the epoch, whole minutes.
    Moment(i64),
}

fn minute(millis: i64) -> i64 {
    millis.div_euclid(60_000) * 60_000
}

/// The day of a moment in universal time.
fn day_of(millis: i64) -> Date {
    Timestamp::from_millisecond(millis)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned(TimeZone::UTC)
        .date()
}

impl When {
    pub(super) fn read(text: &str) -> Option<Self> {
        if !text.contains('T') {
            return text.parse().ok().map(Self::Day);
        }
        if let Ok(moment) = text.parse::<Timestamp>() {
            return Some(Self::Moment(minute(moment.as_millisecond())));
        }
        let civil = text.parse::<DateTime>().ok()?;
        let zoned = civil.to_zoned(TimeZone::UTC).ok()?;
        Some(Self::Moment(minute(zoned.timestamp().as_millisecond())))
    }

    pub(super) fn now() -> Self {
        Self::Moment(minute(crate::clock::now()))
    }

    pub(super) fn at(millis: i64) -> Self {
        Self::Moment(minute(millis))
    }

    pub(super) fn day(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Moment(millis) => day_of(millis),
        }
    }

    /// Milliseconds since the epoch; a day begins at midnight in universal time.
    pub(super) fn millis(self) -> i64 {
        match self {
            Self::Day(day) => day
                .to_zoned(TimeZone::UTC)
                .map_or(0, |zoned| zoned.timestamp().as_millisecond()),
            Self::Moment(millis) => millis,
        }
    }

    /// The order of two dates: by the day, unless both are moments.
    pub(super) fn order(self, other: Self) -> std::cmp::Ordering {
        match (self, other) {
            (Self::Moment(a), Self::Moment(b)) => a.cmp(&b),
            (a, b) => a.day().cmp(&b.day()),
        }
    }

    /// As the value of a formula shows it.
    pub(super) fn show(self) -> String {
        match self {
            Self::Day(day) => day.to_string(),
            Self::Moment(millis) => Timestamp::from_millisecond(millis)
                .unwrap_or(Timestamp::UNIX_EPOCH)
                .strftime("%Y-%m-%dT%H:%M:%S.%3f+00:00")
                .to_string(),
        }
    }
}

/// The form in which a property keeps a date: recorded with whole minutes and the zone folded in.
pub(super) fn stored(text: &str, zone: Option<&str>) -> Option<String> {
    When::read(text)?;
    let shown = richtext::moment(text, zone);
    let Some((day, time)) = shown.split_once('T') else {
        return Some(shown);
    };
    let (clock, offset) = (time.get(..5)?, time.get(12..)?);
    Some(format!("{day}T{clock}:00.000{offset}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_as_recorded() {
        let kept = |text: &str, zone| stored(text, zone).unwrap();
        assert_eq!(
            kept("2026-07-25T16:57:28.513237Z", Some("UTC")),
            "2026-07-25T16:57:00.000+00:00"
        );
        assert_eq!(kept("2026-07-25", None), "2026-07-25");
        assert_eq!(
            kept("2022-02-25T01:23:00.000+09:00", None),
            "2022-02-25T01:23:00.000+09:00"
        );
        assert_eq!(stored("tomorrow", None), None);
    }
}
