//! What `comrak` is told to look for, wherever it reads a text that a note may hold.

use comrak::Options;

/// The extensions that a body may use.
pub(crate) fn extensions() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.math_dollars = true;
    options.extension.footnotes = true;
    options.extension.alerts = true;
    options
}
