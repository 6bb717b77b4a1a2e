//! Twenty short runs of the torture; `cargo xtask torture` makes as many as you like.

use std::process::Command;

use octavo_torture::{Act, drawn, shrunk};

#[test]
fn nothing_is_lost_or_doubled_in_twenty_runs() {
    let told = Command::new(env!("CARGO_BIN_EXE_octavo-torture"))
        .args(["--seeds", "0..20", "--steps", "60", "--jobs", "4"])
        .arg("--no-shrink")
        .output();
    let Ok(told) = told else {
        panic!("it cannot be run: {told:?}");
    };
    let text = String::from_utf8_lossy(&told.stdout);
    assert!(told.status.success(), "{text}");
    // A run that wrote nothing could not have lost anything.
    let runs = text.lines().filter(|line| line.starts_with("seed "));
    assert_eq!(runs.clone().count(), 20, "{text}");
    assert!(!runs.clone().any(|run| run.contains(" 0 words")), "{text}");
}

#[test]
fn a_seed_is_always_the_same_run() {
    assert_eq!(drawn(7, 100), drawn(7, 100));
    assert_ne!(drawn(7, 100), drawn(8, 100));
}

#[test]
fn a_failing_run_is_made_as_small_as_it_can_be() {
    let acts = drawn(3, 120);
    let restarts = |acts: &[Act]| {
        let restarts = acts.iter().filter(|act| matches!(act, Act::Restart { .. }));
        restarts.count() >= 2
    };
    assert!(restarts(&acts), "the run has too little in it");
    assert_eq!(shrunk(&acts, restarts).len(), 2);
}
