//! The desktop app's entry: graphics, arguments, then the window.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::io::Write as _;
use std::process::ExitCode;

use octavo_desktop::{
    args::{self, Invocation},
    graphics,
};

fn main() -> ExitCode {
    let invocation = args::parse(std::env::args_os().skip(1));
    let safe = matches!(&invocation, Ok(Invocation::Run(start)) if start.safe_graphics);
    let settings = graphics::settings(safe);
    for (name, value) in &settings {
        #[expect(
            unsafe_code,
            reason = "no other thread runs yet that could read the environment"
        )]
        // SAFETY: these are the first lines of the program; nothing before them starts a thread.
        unsafe {
            std::env::set_var(name, value);
        }
    }
    // A closed pipe at the other end is no reason to fail, and there is nobody left to tell.
    match invocation {
        Ok(Invocation::Run(start)) => octavo_desktop::run(&start, &settings),
        Ok(Invocation::Help) => {
            let _ = std::io::stdout().write_all(args::HELP.as_bytes());
            ExitCode::SUCCESS
        }
        Ok(Invocation::Version) => {
            let _ = writeln!(std::io::stdout(), "Octavo {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "octavo-desktop: {error}.");
            ExitCode::from(2)
        }
    }
}
