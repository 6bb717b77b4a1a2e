//! What a process and its children cost.

use std::collections::BTreeSet;
use std::fs;

/// `root` and all processes below it.
pub fn tree_of(root: i32) -> BTreeSet<i32> {
    let mut tree = BTreeSet::from([root]);
    let mut open = vec![root];
    while let Some(pid) = open.pop() {
        let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else {
            continue;
        };
        for task in tasks.flatten() {
            let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            for child in children
                .split_whitespace()
                .filter_map(|text| text.parse().ok())
            {
                if tree.insert(child) {
                    open.push(child);
                }
            }
        }
    }
    tree
}

/// Proportional set size of the processes together, in KiB: memory shared between them counts once.
pub fn pss_kib(pids: &BTreeSet<i32>) -> u64 {
    pids.iter()
        .filter_map(|pid| fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok())
        .filter_map(|text| {
            let line = text
                .lines()
                .find_map(|line| line.strip_prefix("Pss:"))?
                .trim();
            line.strip_suffix("kB")?.trim().parse::<u64>().ok()
        })
        .sum()
}
