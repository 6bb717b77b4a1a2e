//! `cargo xtask live-check`: what only a real account can settle.

use crate::step::{Failure, cargo, last_step};

pub(crate) fn perform() -> Result<(), Failure> {
    let program = [
        "run",
        "--quiet",
        "--package",
        "notion-api",
        "--example",
        "live-check",
    ];
    last_step("the live check", &mut cargo(&program))
}
