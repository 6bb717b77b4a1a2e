//! The pairs of a diff, as syncing relies on them.

#![expect(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that is wrong about a place may stop"
)]

#[expect(dead_code, reason = "noise is for the other properties")]
mod common;

use std::ops::Range;

use notion_markdown::{Anchor, Reason, Replacement, Update, apply, canonical, diff, is_repeatable};
use proptest::prelude::*;

use common::document;

/// Every place of `needle`, overlaps counted.
fn places(text: &str, needle: &str) -> Vec<usize> {
    (0..text.len())
        .filter(|at| text.as_bytes()[*at..].starts_with(needle.as_bytes()))
        .collect()
}

/// The base, the texts between and the result; checks on the way that each search finds one place, and found
/// one in every text before.
fn texts(base: &str, pairs: &[Replacement]) -> Vec<String> {
    let mut out = vec![base.to_owned()];
    for pair in pairs {
        assert!(!pair.old_str.is_empty(), "nothing to search for");
        for text in &out {
            assert_eq!(places(text, &pair.old_str).len(), 1, "{pair:?} in\n{text}");
        }
        out.push(out[out.len() - 1].replacen(&pair.old_str, &pair.new_str, 1));
    }
    out
}

/// A pair says the truth about its anchor.
fn check_anchors(texts: &[String], pairs: &[Replacement]) {
    for (at, pair) in pairs.iter().enumerate() {
        let later = &texts[at + 1..];
        let found = later.iter().any(|text| text.contains(&pair.old_str));
        assert_eq!(pair.anchor == Anchor::Survives, found, "{pair:?}");
    }
    if is_repeatable(pairs) {
        let last = &texts[texts.len() - 1];
        assert_eq!(apply(last, pairs), None);
        for pair in pairs {
            assert_eq!(apply(last, std::slice::from_ref(pair)), None);
        }
    }
}

/// Where each pair stands in the base.
fn windows(base: &str, pairs: &[Replacement]) -> Vec<Range<usize>> {
    let window = |pair: &Replacement| {
        let at = base.find(&pair.old_str).unwrap();
        at..at + pair.old_str.len()
    };
    pairs.iter().map(window).collect()
}

/// Applies all pairs to the places they have in the base.
fn at_once(base: &str, pairs: &[Replacement]) -> String {
    let mut places: Vec<_> = windows(base, pairs).into_iter().zip(pairs).collect();
    places.sort_by_key(|(range, _)| range.start);
    let mut out = String::new();
    let mut at = 0;
    for (range, pair) in places {
        assert!(range.start >= at, "pairs overlap");
        out.push_str(&base[at..range.start]);
        out.push_str(&pair.new_str);
        at = range.end;
    }
    out.push_str(&base[at..]);
    out
}

/// What of a line is compared: without signatures, with what stands behind the address.
fn stable(line: &str) -> (&str, &str) {
    let (before, signed) = line.split_once("?X-Amz").unwrap_or((line, ""));
    (before, signed.split_once(')').unwrap_or_default().1)
}

/// Cards and pictures that are in both texts as often are in no pair.
fn check_cards(base: &str, new: &str, pairs: &[Replacement]) {
    let held = |line: &str| {
        let line = line.trim_start();
        let picture = line.starts_with("![") || line.starts_with("<video ");
        picture && line.contains("?X-Amz")
            || line.starts_with("<page ")
            || line.starts_with("<unknown ")
    };
    let count = |text: &str, wanted: &str| {
        text.lines()
            .filter(|line| stable(line) == stable(wanted))
            .count()
    };
    let mut at = 0;
    for line in base.split('\n') {
        if held(line) && count(base, line) == count(new, line) {
            for window in windows(base, pairs) {
                assert!(
                    window.end <= at || window.start >= at + line.len(),
                    "{line} in {pairs:?}"
                );
            }
        }
        at += line.len() + 1;
    }
}

fn check(base: &str, new: &str) -> Update {
    let update = diff(base, new);
    match &update {
        Update::Unchanged => assert_eq!(canonical(base), canonical(new)),
        Update::Blocks(_) | Update::Refused(_) => {
            assert_ne!(canonical(base), canonical(new));
        }
        Update::Replace(pairs) => {
            assert!(!pairs.is_empty());
            assert_ne!(canonical(base), canonical(new));
            let texts = texts(base, pairs);
            let result = &texts[texts.len() - 1];
            assert_eq!(apply(base, pairs).as_ref(), Some(result));
            assert_eq!(result, &at_once(base, pairs), "{pairs:?}");
            assert_eq!(canonical(result), canonical(new), "{pairs:#?}");
            check_anchors(&texts, pairs);
            check_cards(base, new, pairs);
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

fn reason(base: &str, new: &str) -> Reason {
    match check(base, new) {
        Update::Blocks(update) => update.reason,
        other => panic!("expected blocks, got {other:?}"),
    }
}

#[test]
fn what_pairs_cannot_say_is_said_in_blocks() {
    assert_eq!(reason("", "hello"), Reason::EmptyPage);
    assert_eq!(reason("\n", "hello"), Reason::EmptyPage);
    assert_eq!(reason("hello", ""), Reason::NothingLeft);
    let card = "<unknown url=\"https://app.notion.com/p/1#abc\" alt=\"bookmark\"/>";
    assert_eq!(reason(card, &format!("{card}\nafter")), Reason::NoAnchor);
    let cards = format!("{card}\n{card}\n{card}");
    assert_eq!(
        reason(&cards, &format!("{card}\nbetween\n{card}\n{card}")),
        Reason::NoAnchor
    );
}

#[test]
fn what_would_destroy_something_is_refused() {
    let page =
        "<page url=\"https://app.notion.com/p/0123456789abcdef0123456789abcdef\">Child</page>";
    let refused = |base: &str, new: &str| match check(base, new) {
        Update::Refused(refusal) => refusal.to_string(),
        other => panic!("expected a refusal, got {other:?}"),
    };
    let card = "<unknown url=\"https://app.notion.com/p/1#abc\" alt=\"bookmark\"/>";
    let words = refused(
        &format!("a\n{page}\n{card}\nb"),
        &format!("a\n{card}\n{page}\nb"),
    );
    assert!(words.contains("moves"), "{words}");
    assert_eq!(
        pairs(&format!("a\n{page}\nb"), &format!("{page}\na\nb")).len(),
        2
    );
    let words = refused(page, "");
    assert!(
        words.contains("trash") && words.contains("Child"),
        "{words}"
    );
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
    for new in [
        format!("one\nnew\n{card}\n{page}\ntwo"),
        format!("one\n{card}\n{page}\nnew\ntwo"),
    ] {
        for (old, _) in pairs(&base, &new) {
            assert!(!old.contains('<') && !old.contains('>'), "{old}");
        }
    }
    assert_eq!(
        reason(&base, &format!("one\n{card}\nnew between\n{page}\ntwo")),
        Reason::NoAnchor
    );
}

#[test]
fn what_goes_on_unchanged_is_marked() {
    let anchors = |base: &str, new: &str| match check(base, new) {
        Update::Replace(pairs) => pairs.iter().map(|pair| pair.anchor).collect::<Vec<_>>(),
        other => panic!("expected pairs, got {other:?}"),
    };
    assert_eq!(
        anchors("alpha\nbeta", "alpha\nbeta\ngamma"),
        [Anchor::Survives]
    );
    assert_eq!(
        anchors("alpha\nbeta", "new\nalpha\nbeta"),
        [Anchor::Survives]
    );
    assert_eq!(
        anchors("alpha\nbeta", "alpha\nnew\nbeta"),
        [Anchor::Consumed]
    );
    assert_eq!(
        anchors("alpha\nbeta", "alpha more\nbeta"),
        [Anchor::Consumed]
    );
    // The first pair brings back what the second one took away.
    let card = "<unknown url=\"https://app.notion.com/p/1#abc\" alt=\"bookmark\"/>";
    let base = format!("one two\n{card}\nthree four");
    let new = format!("three four\n{card}\none two");
    assert!(anchors(&base, &new).contains(&Anchor::Survives));
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

}

/// A page of lines, some of which hold what no pair may touch; each of those is another.
fn kept_line(kind: usize, n: usize) -> String {
    let page = format!("https://app.notion.com/p/0123456789abcdef01234567{n:08x}");
    match kind {
        0 => format!("![picture {n}](https://f.example/{n}.png?X-Amz-Signature=abc)"),
        1 => format!("<page url=\"{page}\">Child {n}</page>"),
        2 => format!("<unknown url=\"{page}\" alt=\"bookmark\"/>"),
        3 => format!("<video src=\"https://f.example/{n}.mp4?X-Amz-Signature=1\">clip</video>"),
        4 => format!("<columns>\n\t<column>\n\t\tword {n}\n\t</column>\n</columns>"),
        _ => format!("see <mention-page url=\"{page}\">Title {n}</mention-page> and more"),
    }
}

/// What of a kept line no pair may touch.
fn untouchable(base: &str, kind: usize, n: usize) -> Range<usize> {
    let line = kept_line(kind, n);
    let part = if kind < 5 {
        line
    } else {
        format!(">Title {n}<")
    };
    let at = base.find(&part).unwrap();
    at + usize::from(kind > 4)..at + part.len() - usize::from(kind > 4)
}

/// What a line becomes.
#[derive(Debug, Clone)]
enum Turn {
    Keep,
    Drop,
    Word(String),
    Before(String),
}

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        5 => Just(Turn::Keep),
        1 => Just(Turn::Drop),
        1 => "[a-z]{2,5}".prop_map(Turn::Word),
        1 => prop::sample::select(vec!["a", "new", "- item"]).prop_map(|line| Turn::Before(line.to_owned())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_stays_is_touched(lines in prop::collection::vec((0_usize..14, turn()), 1..14)) {
        let (mut base, mut new) = (Vec::new(), Vec::new());
        for (n, (kind, turn)) in lines.iter().enumerate() {
            let held = *kind < 6;
            let line = if held { kept_line(*kind, n) } else { ["a", "words here", "- item", "## head"][kind % 4].to_owned() };
            if let Turn::Before(text) = turn {
                new.push(text.clone());
            }
            match turn {
                Turn::Drop if !held => {}
                Turn::Word(word) if *kind == 5 || !held => new.push(format!("{line} {word}")),
                _ => new.push(line.clone()),
            }
            base.push(line);
        }
        let (base, new) = (base.join("\n"), new.join("\n"));
        match check(&base, &new) {
            Update::Replace(pairs) => {
                for window in windows(&base, &pairs) {
                    for (n, (kind, _)) in lines.iter().enumerate().filter(|(_, (kind, _))| *kind < 6) {
                        let kept = untouchable(&base, *kind, n);
                        prop_assert!(window.end <= kept.start || window.start >= kept.end, "{} in {pairs:#?}", &base[kept]);
                    }
                }
            }
            // Nothing moves and no page goes: there is always a way.
            Update::Refused(refusal) => prop_assert!(false, "{refusal}"),
            Update::Unchanged | Update::Blocks(_) => {}
        }
    }

    #[test]
    fn untouched_blocks_keep_their_bytes(count in 3_usize..40, at in any::<prop::sample::Index>(), word in "[a-z]{3,8}") {
        // The base spells what the new text spells in another way.
        let base: Vec<String> = (0..count).map(|n| format!("line {n} <span color=\"red_background\">x</span> {{color=\"blue_background\"}}")).collect();
        let mut new: Vec<String> = (0..count).map(|n| format!("line {n} <span color=\"red_bg\">x</span> {{color=\"blue_bg\"}}")).collect();
        let at = at.index(count);
        new[at] = word;
        let (text, wanted) = (base.join("\n"), new.join("\n"));
        let Update::Replace(pairs) = check(&text, &wanted) else { panic!("one line changed") };
        let result = apply(&text, &pairs).unwrap();
        for (n, line) in result.split('\n').enumerate() {
            prop_assert_eq!(line, if n == at { &new[n] } else { &base[n] });
        }
    }

    #[test]
    fn far_changes_in_repetitive_pages(lines in prop::collection::vec(prop::sample::select(vec!["a", "b", "a b", "- a"]), 20..80), turns in prop::collection::vec(turn(), 20..80)) {
        let mut new = Vec::new();
        for (line, turn) in lines.iter().zip(turns.iter().chain(std::iter::repeat(&Turn::Keep))) {
            match turn {
                Turn::Keep => new.push((*line).to_owned()),
                Turn::Drop => {}
                Turn::Word(word) => new.push(format!("{line} {word}")),
                Turn::Before(text) => new.extend([text.clone(), (*line).to_owned()]),
            }
        }
        let update = check(&lines.join("\n"), &new.join("\n"));
        prop_assert!(!matches!(update, Update::Refused(_)));
    }
}
