//! What the app was started with.

use std::ffi::OsString;

use crate::arrivals::Address;

/// What `--help` prints.
pub const HELP: &str = "\
Octavo: a native window for the notes you keep in Notion

Usage: octavo-desktop [OPTIONS] [ADDRESS]

Arguments:
  [ADDRESS]         An octavo: address, as a browser or the desktop hands over

Options:
      --capture        Open quick capture, in the running app if there is one
      --hidden         Start in the tray, as at login
      --sample         Look around in a sample workspace; nothing is kept
      --safe-graphics  Draw without the graphics card, when the window stays blank
  -h, --help           Print this
  -V, --version        Print the version

Environment:
  OCTAVO_DATA_DIR    The folder for Octavo's data
  OCTAVO_BROKER_URL  The service through which to sign in in the browser
  OCTAVO_NOTION_URL  Another address for Notion, for tests
  OCTAVO_VAULT       keychain (default) or memory
  OCTAVO_LOG         What is logged, for example octavo_core=debug
";

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invocation {
    /// Open the window.
    Run(Start),
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
}

/// How to open the window.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line, and any of them may be combined"
)]
pub struct Start {
    /// On the sample workspace.
    pub sample: bool,
    /// To write something down quickly.
    pub capture: bool,
    /// Without a window, as long as a tray shows that it runs.
    pub hidden: bool,
    /// Without the graphics card.
    pub safe_graphics: bool,
    /// Because of an address that the desktop hands over.
    pub address: Option<Address>,
}

/// The command line is not one that Octavo understands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentError {
    /// Neither an option nor an address.
    #[error(
        "“{0}” is not something Octavo can be started with; `octavo-desktop --help` tells what is"
    )]
    Unknown(String),
    /// More than one address.
    #[error("Octavo can be started with one address only")]
    SecondAddress,
}

/// Reads the arguments after the program's name.
///
/// # Errors
/// An argument that Octavo does not know.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Invocation, ArgumentError> {
    let mut start = Start::default();
    for argument in arguments {
        let text = argument.to_string_lossy();
        match text.as_ref() {
            "-h" | "--help" => return Ok(Invocation::Help),
            "-V" | "--version" => return Ok(Invocation::Version),
            "--capture" => start.capture = true,
            "--hidden" => start.hidden = true,
            "--sample" => start.sample = true,
            "--safe-graphics" => start.safe_graphics = true,
            other => match Address::read(other) {
                Some(_) if start.address.is_some() => return Err(ArgumentError::SecondAddress),
                Some(address) => start.address = Some(address),
                None => return Err(ArgumentError::Unknown(other.to_owned())),
            },
        }
    }
    Ok(Invocation::Run(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Invocation, ArgumentError> {
        parse(arguments.iter().map(OsString::from))
    }

    #[test]
    fn nothing_opens_the_window() {
        assert_eq!(parsed(&[]), Ok(Invocation::Run(Start::default())));
    }

    #[test]
    fn options_may_be_combined() {
        let wanted = Start {
            sample: true,
            safe_graphics: true,
            ..Start::default()
        };
        assert_eq!(
            parsed(&["--safe-graphics", "--sample"]),
            Ok(Invocation::Run(wanted))
        );
    }

    #[test]
    fn it_can_be_started_to_write_or_to_wait() {
        let wanted = |capture, hidden| {
            Ok(Invocation::Run(Start {
                capture,
                hidden,
                ..Start::default()
            }))
        };
        assert_eq!(parsed(&["--capture"]), wanted(true, false));
        assert_eq!(parsed(&["--hidden"]), wanted(false, true));
    }

    #[test]
    fn help_and_version_win() {
        assert_eq!(parsed(&["--sample", "--help"]), Ok(Invocation::Help));
        assert_eq!(parsed(&["-V"]), Ok(Invocation::Version));
    }

    #[test]
    fn an_unknown_argument_is_an_error_that_names_it() {
        let error = parsed(&["--smaple"]).unwrap_err();
        assert!(error.to_string().contains("--smaple"), "{error}");
        assert!(parsed(&["notes.md"]).is_err());
        assert!(parsed(&[""]).is_err());
    }

    #[test]
    fn the_desktop_may_hand_over_one_address() {
        let wanted = Start {
            address: Address::read("octavo://open"),
            ..Start::default()
        };
        assert_eq!(parsed(&["octavo://open"]), Ok(Invocation::Run(wanted)));
        assert_eq!(
            parsed(&["octavo:a", "octavo:b"]),
            Err(ArgumentError::SecondAddress)
        );
    }
}
