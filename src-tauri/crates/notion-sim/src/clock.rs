//! Time as the API shows it.

use jiff::Timestamp;

/// Milliseconds since the epoch, now.
pub(crate) fn now() -> i64 {
    Timestamp::now().as_millisecond()
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
