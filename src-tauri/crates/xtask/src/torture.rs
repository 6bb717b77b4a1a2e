//! `cargo xtask torture`: two installs and a person in Notion against each other, by seeds.

use crate::step::{Failure, cargo, last_step};

pub(crate) fn perform(options: &[&str]) -> Result<(), Failure> {
    let mut words = vec!["run", "--quiet", "-p", "octavo-torture", "--"];
    words.extend(options);
    last_step("torture", &mut cargo(&words))
}
