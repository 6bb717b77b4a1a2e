//! Twenty short runs of the torture; `cargo xtask torture` makes as many as you like.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use octavo_torture::{Act, drawn, run, shrunk};

const STEPS: usize = 60;

fn torture(seeds: std::ops::Range<u64>) {
    let mut failed = Vec::new();
    for seed in seeds {
        let verdict = run(&drawn(seed, STEPS)).unwrap();
        assert!(verdict.words > 0, "seed {seed} wrote nothing");
        if !verdict.failures.is_empty() {
            failed.push(format!(
                "cargo xtask torture --seed {seed} --steps {STEPS}: {:?}",
                verdict.failures
            ));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn nothing_is_lost_or_doubled_in_seeds_0_to_4() {
    torture(0..5);
}

#[test]
fn nothing_is_lost_or_doubled_in_seeds_5_to_9() {
    torture(5..10);
}

#[test]
fn nothing_is_lost_or_doubled_in_seeds_10_to_14() {
    torture(10..15);
}

#[test]
fn nothing_is_lost_or_doubled_in_seeds_15_to_19() {
    torture(15..20);
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
