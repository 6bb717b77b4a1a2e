//! What syncing relies on: the pairs of a diff and the outcome of a merge.

#![expect(
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that is wrong about a place may stop"
)]

#[expect(dead_code, reason = "noise is for the other properties")]
mod common;

use notion_markdown::{Merge, Replacement, Update, canonical, diff, merge};
use proptest::prelude::*;

use common::document;

fn count(text: &str, needle: &str) -> usize {
    (0..text.len())
        .filter(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(needle)))
        .count()
}

/// Applies pairs in order, and checks at every step that the search finds one place.
fn one_by_one(base: &str, pairs: &[Replacement]) -> String {
    let mut text = base.to_owned();
    for pair in pairs {
        assert!(!pair.old_str.is_empty(), "nothing to search for");
        assert_eq!(count(base, &pair.old_str), 1, "in the base: {pair:?}");
        assert_eq!(
            count(&text, &pair.old_str),
            1,
            "in a text between: {pair:?}\n{text}"
        );
        text = text.replacen(&pair.old_str, &pair.new_str, 1);
    }
    text
}

/// Applies all pairs to the places they have in the base.
fn at_once(base: &str, pairs: &[Replacement]) -> String {
    let mut places: Vec<(usize, &Replacement)> = pairs
        .iter()
        .map(|pair| (base.find(&pair.old_str).unwrap(), pair))
        .collect();
    places.sort_by_key(|(at, _)| *at);
    let mut out = String::new();
    let mut at = 0;
    for (from, pair) in places {
        assert!(from >= at, "pairs overlap");
        out.push_str(&base[at..from]);
        out.push_str(&pair.new_str);
        at = from + pair.old_str.len();
    }
    out.push_str(&base[at..]);
    out
}

fn check(base: &str, new: &str) -> Update {
    let update = diff(base, new);
    match &update {
        Update::Unchanged => assert_eq!(canonical(base), canonical(new)),
        Update::Whole(text) => assert_eq!(text, new),
        Update::Replace(pairs) => {
            assert!(!pairs.is_empty());
            let result = one_by_one(base, pairs);
            assert_eq!(result, at_once(base, pairs), "{pairs:?}");
            assert_eq!(canonical(&result), canonical(new), "{pairs:#?}");
        }
    }
    update
}

fn pairs(base: &str, new: &str) -> Vec<(String, String)> {
    match check(base, new) {
        Update::Replace(pairs) => pairs
            .into_iter()
            .map(|pair| (pair.old_str, pair.new_str))
            .collect(),
        other => panic!("expected pairs, got {other:?}"),
    }
}

fn pair(old: &str, new: &str) -> (String, String) {
    (old.to_owned(), new.to_owned())
}

#[test]
fn equal_meaning_is_no_change() {
    assert_eq!(
        diff("- a\n1. x\n1. y\n", "- a\n1. x\n2. y"),
        Update::Unchanged
    );
    assert_eq!(
        diff(
            "![c](https://f.example/a.png?X-Amz-Signature=1)",
            "![c](https://f.example/a.png?X-Amz-Signature=2)"
        ),
        Update::Unchanged
    );
    assert_eq!(
        diff(
            "<mention-page url=\"https://www.notion.so/Old-0123456789abcdef0123456789abcdef\">Old</mention-page>",
            "<mention-page url=\"https://app.notion.com/p/0123456789abcdef0123456789abcdef\"/>"
        ),
        Update::Unchanged
    );
}

#[test]
fn an_empty_page_is_written_whole() {
    assert_eq!(diff("", "hello"), Update::Whole("hello".to_owned()));
    assert_eq!(diff("\n", "hello"), Update::Whole("hello".to_owned()));
}

#[test]
fn a_changed_line_is_one_pair() {
    assert_eq!(
        pairs("first\nsecond\nthird", "first\n2nd\nthird"),
        [pair("second", "2nd")]
    );
}

#[test]
fn an_insertion_is_anchored_on_both_sides() {
    assert_eq!(
        pairs("first\nthird", "first\nsecond\nthird"),
        [pair("first\nthird", "first\nsecond\nthird")]
    );
}

#[test]
fn a_line_that_grows_takes_its_neighbour_along() {
    let found = pairs("alpha\nbeta\ngamma", "alpha\nbeta and more\ngamma");
    assert_eq!(found.len(), 1);
    let (old, new) = &found[0];
    assert!(
        !new.contains(old),
        "applying it twice would grow the line twice: {found:?}"
    );
}

#[test]
fn far_changes_are_pairs_of_their_own() {
    let base: Vec<String> = (0..40)
        .map(|n| format!("line number {n} of many"))
        .collect();
    let mut new = base.clone();
    new[3] = "changed at the top".to_owned();
    new[30] = "changed at the bottom".to_owned();
    let found = pairs(&base.join("\n"), &new.join("\n"));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found.iter().all(|(old, _)| old.lines().count() <= 2),
        "{found:?}"
    );
}

#[test]
fn repeated_lines_get_larger_anchors() {
    let base = "same\nsame\nsame\nsame";
    assert!(!pairs(base, "same\nsame\nother\nsame").is_empty());
    assert!(!pairs("a\nx\na\nx\na", "a\nx\na\ny\na").is_empty());
}

#[test]
fn renumbering_touches_nothing_else() {
    let found = pairs("1. a\n2. b\n3. c\ntail", "1. new\n2. a\n3. b\n4. c\ntail");
    assert_eq!(found.len(), 1);
    assert!(!found[0].0.contains('c'), "{found:?}");
}

#[test]
fn titles_and_signatures_are_no_anchors() {
    let image = "![plan](https://f.example/a.png?X-Amz-Signature=abc)";
    let mention = "<mention-page url=\"https://app.notion.com/p/0123456789abcdef0123456789abcdef\">Title</mention-page>";
    let base = format!("before\n{image}\nsee {mention} for more words\nafter");
    let new = format!("before\ninserted\n{image}\nsee {mention} for many words\nafter");
    for (old, _) in pairs(&base, &new) {
        assert!(!old.contains("X-Amz"), "{old}");
        assert!(!old.contains("Title"), "{old}");
    }
}

#[test]
fn cards_are_no_anchors() {
    let card = "<unknown url=\"https://app.notion.com/p/1#abc\" alt=\"bookmark\"/>";
    let page =
        "<page url=\"https://app.notion.com/p/0123456789abcdef0123456789abcdef\">Child</page>";
    let base = format!("one\n{card}\n{page}\ntwo");
    let new = format!("one\n{card}\nnew between\n{page}\ntwo");
    for (old, _) in pairs(&base, &new) {
        assert!(!old.contains("bookmark") && !old.contains("Child"), "{old}");
    }
}

#[test]
fn a_word_in_a_long_line_is_a_small_pair() {
    let words: Vec<String> = (0..120).map(|n| format!("word{n}")).collect();
    let base = words.join(" ");
    let new = base.replace("word60 ", "term60 ");
    let found = pairs(&base, &new);
    assert_eq!(found.len(), 1);
    assert!(found[0].0.len() < 200, "{found:?}");
}

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

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn diff_between_any_documents(base in document(), new in document()) {
        check(&base.to_enhanced(), &new.to_enhanced());
    }

    #[test]
    fn diff_between_repetitive_texts(base in lines(), new in lines()) {
        check(&base.join("\n"), &new.join("\n"));
    }

    #[test]
    fn diff_after_a_small_edit(base in document(), at in any::<prop::sample::Index>(), word in "[a-z]{3,8}") {
        let text = base.to_enhanced();
        let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let at = at.index(lines.len());
        lines.insert(at, word);
        check(&text, &lines.join("\n"));
    }

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
}
