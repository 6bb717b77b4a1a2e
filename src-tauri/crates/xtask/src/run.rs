//! `cargo xtask run`: the app in a window, or on a screen nobody looks at.

use std::env;

use crate::step::{Failure, cargo, command, last_step, root, say, step, target};
use crate::{setup, ui};

/// What was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    live: bool,
    release: bool,
}

impl Options {
    pub(crate) fn read(words: &[&str]) -> Result<Self, Failure> {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--live" => options.live = true,
                "--release" => options.release = true,
                "--sample" => match words.next() {
                    Some(&"default") => {}
                    other => {
                        let name = other.copied().unwrap_or("nothing");
                        return Err(Failure::new(format!(
                            "there is one sample workspace, `default`, and not `{name}`"
                        )));
                    }
                },
                other => return Err(Failure::new(format!("`run` knows no `{other}`"))),
            }
        }
        Ok(options)
    }
}

pub(crate) fn perform(options: &Options) -> Result<(), Failure> {
    setup::perform()?;
    ui::install()?;
    ui::build()?;
    // The whole workspace's binaries, so that `cargo xtask test` finds its dependencies built with
    // the same features.
    let mut build = cargo(&["build", "--workspace", "--bins"]);
    if options.release {
        build.arg("--release");
    }
    step(
        "build Octavo (the first time takes some minutes)",
        &mut build,
    )?;
    let folder = target().join(if options.release { "release" } else { "debug" });
    let program = |name: &str| folder.join(name).display().to_string();
    if env::var_os("DISPLAY").is_some() || env::var_os("WAYLAND_DISPLAY").is_some() {
        let mut app = command(&program("octavo-desktop"), &[]);
        if options.live {
            say("▸ Octavo, with your own Notion");
        } else {
            say("▸ Octavo, in its sample workspace: nothing leaves this computer");
            app.arg("--sample");
        }
        return last_step("Octavo", &mut app);
    }
    say("▸ no screen here: Octavo on a virtual one");
    let pictures = root().join("pictures");
    let mut tour = command(&program("tour"), &[&pictures.display().to_string()]);
    if options.live {
        tour.arg("--live");
    }
    last_step("the tour", &mut tour)
}

#[cfg(test)]
mod tests {
    use super::Options;

    #[test]
    fn options_are_read_in_any_order() {
        let options = Options::read(&["--release", "--sample", "default", "--live"]).unwrap();
        assert_eq!(
            options,
            Options {
                live: true,
                release: true
            }
        );
        assert!(Options::read(&["--sample", "other"]).is_err());
        assert!(Options::read(&["--fast"]).is_err());
    }
}
