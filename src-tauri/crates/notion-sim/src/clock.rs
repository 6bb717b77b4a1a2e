//! Time as the API shows it.

use std::cell::Cell;

use jiff::Timestamp;

thread_local! {
    /// How far the clock of the simulator whose request this thread handles is ahead.
    static AHEAD: Cell<i64> = const { Cell::new(0) };
}

/// Milliseconds since the epoch, now, by the simulator's clock.
pub(crate) fn now() -> i64 {
    Timestamp::now()
        .as_millisecond()
        .saturating_add(AHEAD.get())
}

/// Sets the clock ahead (or back) for what this thread does next. A request is handled in one go
/// and by one thread.
pub(crate) fn set_ahead(millis: i64) {
    AHEAD.set(millis);
}

/// ISO 8601 with milliseconds; `rounded` drops seconds, as Notion does.
pub(crate) fn show(millis: i64, rounded: bool) -> String {
    let millis = if rounded {
        millis.div_euclid(60_000) * 60_000
    } else {
        millis
    };
    Timestamp::from_millisecond(millis)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .strftime("%Y-%m-%dT%H:%M:%S.%3fZ")
        .to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn shows_like_notion() {
        assert_eq!(
            super::show(1_783_159_926_789, true),
            "2026-07-04T10:12:00.000Z"
        );
        assert_eq!(
            super::show(1_783_159_926_789, false),
            "2026-07-04T10:12:06.789Z"
        );
    }
}
