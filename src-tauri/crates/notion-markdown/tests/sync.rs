//! What syncing relies on: the outcome of a merge.

#![expect(
    clippy::string_slice,
    clippy::indexing_slicing,
    reason = "a test that is wrong about a place may stop"
)]

#[expect(dead_code, reason = "noise is for the other properties")]
mod common;

use notion_markdown::{Merge, merge};
use proptest::prelude::*;

use common::document;

#[test]
fn merge_keeps_both_sides() {
    let merged = merge("a\nb\nc", "a1\nb\nc", "a\nb\nc1");
    assert_eq!(merged, Merge::Clean("a1\nb\nc1".to_owned()));
    let words = merge(
        "the quick brown fox",
        "the slow brown fox",
        "the quick brown dog",
    );
    assert_eq!(words, Merge::Clean("the slow brown dog".to_owned()));
    let neighbours = merge("a\nb\nc", "A\nb\nc", "a\nB\nc");
    assert_eq!(neighbours, Merge::Clean("A\nB\nc".to_owned()));
}

#[test]
fn merge_keeps_what_both_add_at_one_place() {
    assert_eq!(
        merge("a", "a\nmine", "a\ntheirs"),
        Merge::Clean("a\ntheirs\nmine".to_owned())
    );
}

#[test]
fn merge_returns_overlaps() {
    let Merge::Conflict { mine_kept, regions } = merge("x\nold\ny", "x\nmine\ny", "x\ntheirs\nY")
    else {
        panic!("both changed one word");
    };
    assert_eq!(mine_kept, "x\nmine\nY");
    assert_eq!(regions.len(), 1);
    let region = &regions[0];
    assert_eq!(
        (
            region.base.as_str(),
            region.mine.as_str(),
            region.theirs.as_str()
        ),
        ("old", "mine", "theirs")
    );
    assert_eq!(&mine_kept[region.at..region.at + region.mine.len()], "mine");
}

#[test]
fn a_deletion_against_an_edit_is_an_overlap() {
    assert!(matches!(
        merge("a\nb\nc", "a\nc", "a\nb2\nc"),
        Merge::Conflict { .. }
    ));
    assert!(matches!(
        merge("a\nb\nc", "a\nb2\nc", "a\nc"),
        Merge::Conflict { .. }
    ));
}

#[test]
fn a_merge_never_breaks_tags() {
    let base = "<details>\n<summary>s</summary>\n\tx\n</details>\nend";
    let without = "x\nend";
    let more = "<details>\n<summary>s</summary>\n\tx\n\ty\n</details>\nend";
    if let Merge::Clean(text) = merge(base, without, more) {
        assert_eq!(
            text.matches("<details>").count(),
            text.matches("</details>").count(),
            "{text}"
        );
    }
}

/// Lines from a small set, so that repetition is common.
fn lines() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(
        prop::sample::select(vec!["a", "b", "ab", "a b", "c d e f", "- x", "1. y", "> q"]),
        0..10,
    )
    .prop_map(|lines| lines.into_iter().map(str::to_owned).collect())
}

/// For each line: left, taken out, one of its words replaced, or a line put in before it.
fn turns() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(prop::sample::select(vec![0, 0, 0, 0, 1, 2, 3, 4, 5]), 14)
}

/// The text a side made, and the words it took out.
fn turned(base: &[String], turns: &[usize], side: &str) -> (String, Vec<String>) {
    let (mut out, mut gone) = (Vec::new(), Vec::new());
    for (n, (line, turn)) in base.iter().zip(turns).enumerate() {
        let words: Vec<&str> = line.split(' ').collect();
        match turn {
            1 => {
                gone.extend(words.iter().map(ToString::to_string));
                continue;
            }
            2..=4 => {
                let at = turn - 2;
                gone.push(words[at].to_owned());
                out.push(line.replace(words[at], &format!("{side}{n}")));
                continue;
            }
            5 => out.push(format!("{side}{n}")),
            _ => {}
        }
        out.push(line.clone());
    }
    (out.join("\n"), gone)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merge_with_an_unchanged_side(base in document(), other in document()) {
        let (base, other) = (base.to_enhanced(), other.to_enhanced());
        prop_assert_eq!(merge(&base, &other, &base), Merge::Clean(other.clone()));
        prop_assert_eq!(merge(&base, &base, &other), Merge::Clean(other.clone()));
        prop_assert_eq!(merge(&base, &other, &other), Merge::Clean(other));
    }

    #[test]
    fn disjoint_edits_merge(count in 4_usize..30, first in any::<prop::sample::Index>(), second in any::<prop::sample::Index>()) {
        let base: Vec<String> = (0..count).map(|n| format!("line {n}")).collect();
        let (x, y) = (first.index(count), second.index(count));
        prop_assume!(x != y);
        let (mut mine, mut theirs, mut both) = (base.clone(), base.clone(), base.clone());
        for (list, at, word) in [(&mut mine, x, "mine"), (&mut theirs, y, "theirs")] {
            list[at] = word.to_owned();
        }
        both[x] = "mine".to_owned();
        both[y] = "theirs".to_owned();
        prop_assert_eq!(merge(&base.join("\n"), &mine.join("\n"), &theirs.join("\n")), Merge::Clean(both.join("\n")));
    }

    #[test]
    fn a_clean_merge_has_every_new_word(base in lines(), mine in lines(), theirs in lines()) {
        let mark = |list: &[String], name: &str| -> String {
            list.iter().enumerate().map(|(n, line)| if n % 3 == 0 { format!("{line} {name}{n}") } else { line.clone() })
                .collect::<Vec<_>>().join("\n")
        };
        let (base, mine, theirs) = (base.join("\n"), mark(&mine, "mine"), mark(&theirs, "theirs"));
        match merge(&base, &mine, &theirs) {
            Merge::Clean(text) => {
                for word in mine.split_whitespace().chain(theirs.split_whitespace()).filter(|word| word.starts_with("mine") || word.starts_with("theirs")) {
                    prop_assert!(text.contains(word), "{word} is missing in {text:?}");
                }
            }
            Merge::Conflict { mine_kept, regions } => {
                prop_assert!(!regions.is_empty());
                for region in regions {
                    prop_assert_eq!(&mine_kept[region.at..region.at + region.mine.len()], region.mine.as_str());
                }
            }
        }
    }

    #[test]
    fn a_clean_merge_has_the_changes_of_both_and_nothing_else(count in 1_usize..14, mine in turns(), theirs in turns()) {
        let base: Vec<String> = (0..count).map(|n| format!("alpha{n} beta{n} gamma{n}")).collect();
        let (ours, gone_here) = turned(&base, &mine, "mine");
        let (other, gone_there) = turned(&base, &theirs, "theirs");
        let text = base.join("\n");
        let merged = merge(&text, &ours, &other);
        let (kept, regions) = match &merged {
            Merge::Clean(text) => (text, Vec::new()),
            Merge::Conflict { mine_kept, regions } => (mine_kept, regions.clone()),
        };
        // What a side put in is there, or in a region that shows both.
        for word in ours.split_whitespace().chain(other.split_whitespace()).filter(|word| !text.contains(word)) {
            let shown = regions.iter().any(|region| region.mine.contains(word) || region.theirs.contains(word));
            prop_assert!(kept.contains(word) || shown, "{word} is missing in {merged:?}");
        }
        // What a side took out is gone, and nothing else is.
        for word in text.split_whitespace() {
            let gone = gone_here.contains(&word.to_owned()) || gone_there.contains(&word.to_owned());
            let shown = regions.iter().any(|region| [&region.base, &region.mine, &region.theirs].iter().any(|text| text.contains(word)));
            prop_assert!(shown || kept.split_whitespace().any(|other| other == word) != gone, "{word}: {merged:?}");
        }
        for region in &regions {
            prop_assert_eq!(&kept[region.at..region.at + region.mine.len()], region.mine.as_str());
            prop_assert_ne!(&region.mine, &region.theirs);
        }
    }
}
