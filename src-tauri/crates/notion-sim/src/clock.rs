//! Time as the API shows it.

use std::cell::Cell;

use jiff::Timestamp;

thread_local! {
    /// How far the clock of the simulator whose request this thread handles is ahead, and where it stands
    /// if it does.
    static CLOCK: Cell<(i64, Option<i64>)> = const { Cell::new((0, None)) };
}

/// Milliseconds since the epoch, now, by the simulator's clock.
pub(crate) fn now() -> i64 {
    let (ahead, standing) = CLOCK.get();
    standing.unwrap_or_else(|| Timestamp::now().as_millisecond().saturating_add(ahead))
}

/// Sets the clock ahead (or back), or lets it stand, for what this thread does next. A request is handled
/// in one go and by one thread.
pub(crate) fn set(ahead: i64, standing: Option<i64>) {
    CLOCK.set((ahead, standing));
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

/// A date as HTTP headers have it.
pub(crate) fn http_date(millis: i64) -> String {
    Timestamp::from_millisecond(millis)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}

/// Reads what [`show`] writes.
pub(crate) fn read(text: &str) -> Option<i64> {
    text.parse().ok().map(Timestamp::as_millisecond)
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
