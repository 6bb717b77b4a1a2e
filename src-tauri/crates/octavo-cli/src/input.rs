//! What comes in through standard input.

use std::io::{self, IsTerminal as _, Read as _};

use crate::failure::Failure;

/// The whole of standard input as text, lines ended as everywhere in Octavo. `advice` is said when
/// it is a terminal, where nobody expects to be waited for.
pub(crate) fn text(advice: &'static str) -> Result<String, Failure> {
    let mut stdin = io::stdin().lock();
    if stdin.is_terminal() {
        return Err(Failure::Usage(advice));
    }
    let mut bytes = Vec::new();
    stdin.read_to_end(&mut bytes).map_err(Failure::Input)?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::NotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok(text.replace("\r\n", "\n"))
}
