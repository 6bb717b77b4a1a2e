use std::collections::HashSet;

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use octavo_contract::ContentsDrift;

use super::*;

const WHOLE: usize = usize::MAX;

fn page(n: u128) -> PageId {
    uuid::Uuid::from_u128(n).to_string().parse().unwrap()
}

fn address(n: u128) -> String {
    format!("https://app.notion.com/p/{}", page(n).undashed())
}

fn entry(n: u128, note_type: Option<&str>) -> Entry {
    Entry {
        page: page(n),
        facts: Facts {
            note_type: note_type.map(str::to_owned),
            tags: vec!["turin".to_owned()],
            day: date(2026, 11, 22),
        },
    }
}

fn dated(mut entry: Entry, day: Date) -> Entry {
    entry.facts.day = day;
    entry
}

fn ours() -> HashSet<PageId> {
    (1..5_000).map(page).collect()
}

/// The page after as many steps as it takes.
fn settled(current: &str, entries: &[Entry], by: ContentsBy) -> String {
    let mut page = current.to_owned();
    for _ in 0..3 {
        let step = reconciled(&page, entries, &ours(), by, WHOLE);
        page = step.text;
        if step.complete {
            return page;
        }
    }
    panic!("it does not end: {page}");
}

fn by_type(current: &str, entries: &[Entry]) -> String {
    settled(current, entries, ContentsBy::Type)
}

#[test]
fn rebuilt_from_nothing_and_stable() {
    let entries = [
        entry(3, Some("Idea")),
        entry(2, None),
        entry(1, Some("Idea")),
    ];
    let once = by_type("", &entries);
    let lines: Vec<&str> = once.lines().collect();
    assert_eq!(lines[0], "## Idea {toggle=\"true\"}");
    assert!(lines[1].starts_with("\t<mention-page url=\"https://app.notion.com/p/"));
    assert!(lines[1].contains(&page(3).undashed()) && lines[2].contains(&page(1).undashed()));
    assert!(lines[1].ends_with(" #turin · 2026-11-22"));
    assert_eq!(lines[3], "## Notes {toggle=\"true\"}");
    assert_eq!(by_type(&once, &entries), once);
}

#[test]
fn a_persons_own_lines_stay_in_their_order() {
    let current = format!(
        "My own words\n## Idea {{toggle=\"true\"}}\n\ta remark of mine\n\
         \t<mention-page url=\"{}\">Old</mention-page> · 2026-01-01\n\
         <mention-page url=\"{}\"/> not ours · 2026-01-01",
        address(1),
        address(0xff_ffff)
    );
    let out = by_type(&current, &[entry(2, Some("Idea"))]);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "My own words");
    assert_eq!(
        lines[2..4]
            .iter()
            .filter(|line| line.contains("a remark"))
            .count(),
        1
    );
    assert!(out.contains(&page(2).undashed()) && !out.contains(&page(1).undashed()));
    assert!(lines[4].ends_with("not ours · 2026-01-01"));
    assert_eq!(lines.len(), 5);
}

#[test]
fn a_rendered_line_is_kept_as_notion_shows_it() {
    let line = format!(
        "\t<mention-page url=\"{}\">A /> title</mention-page> #turin · 2026-11-22",
        address(4)
    );
    let current = format!("## Idea {{toggle=\"true\"}}\n{line}");
    assert_eq!(by_type(&current, &[entry(4, Some("Idea"))]), current);
}

#[test]
fn a_line_is_known_however_notion_escapes_it() {
    let line = format!(
        "\t<mention-page url=\"{}\">A</mention-page> \\#turin · 2026\\-11\\-22",
        address(4)
    );
    let current = format!("## Idea {{toggle=\"true\"}}\n{line}");
    assert_eq!(by_type(&current, &[entry(4, Some("Idea"))]), current);
    assert_eq!(by_type(&current, &[]), "");
    let added = format!("{current}\\! mine");
    assert_eq!(by_type(&added, &[entry(4, Some("Idea"))]), added);
    let moved = by_type(&added, &[entry(4, Some("Task"))]);
    assert!(moved.ends_with("2026-11-22\\! mine"), "{moved}");
}

#[test]
fn colours_words_and_blocks_added_to_a_line_stay_with_it() {
    let current = format!(
        "### Idea {{toggle=\"true\" color=\"blue\"}}\n\
         \t<mention-page url=\"{}\">A</mention-page> #turin · 2026-11-22 **soon** {{color=\"red\"}}\n\
         \t\ta thought below it\n\
         \t<mention-page url=\"{}\">B</mention-page> #turin · 2026-11-22",
        address(2),
        address(1)
    );
    let entries = [entry(2, Some("Idea")), entry(1, Some("Idea"))];
    assert_eq!(by_type(&current, &entries), current);

    let moved = by_type(&current, &[entry(2, Some("Task")), entry(1, Some("Idea"))]);
    let task = moved.split("## Task {toggle=\"true\"}\n").nth(1).unwrap();
    assert!(task.starts_with("\t<mention-page"), "{moved}");
    assert!(task.contains("· 2026-11-22 **soon** {color=\"red\"}\n\t\ta thought below it"));

    let without = by_type(&current, &[entry(1, Some("Idea"))]);
    assert!(without.contains("a thought below it"), "{without}");
}

#[test]
fn a_line_in_a_persons_own_words_lists_the_note() {
    let current = format!(
        "## Idea {{toggle=\"true\"}}\n\t<mention-page url=\"{}\">A</mention-page>, the best of them",
        address(1)
    );
    assert_eq!(by_type(&current, &[entry(1, Some("Idea"))]), current);
}

#[test]
fn a_favourite_linked_elsewhere_stays() {
    let favourite = format!("<mention-page url=\"{}\">A</mention-page>", address(1));
    let out = by_type(&favourite, &[entry(1, Some("Idea"))]);
    assert!(out.starts_with(&favourite));
    assert_eq!(out.matches("mention-page url").count(), 2);
}

#[test]
fn a_section_without_notes_goes_unless_a_person_wrote_in_it() {
    let section = by_type("Hello", &[entry(1, Some("Idea"))]);
    assert_eq!(by_type(&section, &[]), "Hello");
    let own = format!("{section}\n\ta remark of mine");
    assert_eq!(
        by_type(&own, &[]),
        "Hello\n## Idea {toggle=\"true\"}\n\ta remark of mine"
    );
    let empty = "## Idea {toggle=\"true\"}";
    assert_eq!(by_type(empty, &[]), empty, "a person made it");
}

#[test]
fn a_line_that_became_stale_or_double_is_mended_and_counted() {
    let right = by_type("", &[entry(1, Some("Idea"))]);
    let line = right.lines().nth(1).unwrap();
    let stale = line.replace("2026-11-22", "2025-01-01");
    let current = format!(
        "{right}\n{line}\n\t{}",
        stale.trim().replace(&address(1), &address(2))
    );
    let entries = [
        entry(3, Some("Idea")),
        entry(2, Some("Idea")),
        entry(1, Some("Idea")),
    ];
    let done = reconciled(&current, &entries, &ours(), ContentsBy::Type, WHOLE);
    let counted = ContentsDrift {
        missing: 1,
        stale: 1,
        doubled: 1,
    };
    assert_eq!(done.mended, counted);
    assert_eq!(done.mended.lines(), 3);
    assert_eq!(done.text.matches("mention-page").count(), 3);
}

#[test]
fn a_note_that_changes_its_type_moves() {
    let before = by_type("", &[entry(1, Some("Idea"))]);
    let after = by_type(&before, &[entry(1, Some("Task"))]);
    assert_eq!(after.matches("mention-page").count(), 1);
    assert!(after.starts_with("## Task"));
}

#[test]
fn types_and_tags_may_hold_any_sign() {
    let mut odd = entry(1, Some("C* {draft} <x> | [y]"));
    odd.facts.tags = vec!["a_b*c".to_owned(), "·".to_owned()];
    let once = by_type("", std::slice::from_ref(&odd));
    assert!(
        once.starts_with(r"## C\* \{draft\} \<x\> \| \[y\] {toggle"),
        "{once}"
    );
    assert_eq!(by_type(&once, &[odd]), once);
}

#[test]
fn by_tag_a_note_stands_under_each_of_its_tags() {
    let mut both = entry(1, None);
    both.facts.tags.push("alps".to_owned());
    let mut none = entry(2, None);
    none.facts.tags.clear();
    let entries = [none, both];
    let out = settled("", &entries, ContentsBy::Tag);
    let headings: Vec<&str> = out.lines().filter(|line| line.starts_with('#')).collect();
    assert_eq!(
        headings,
        [
            "## Untagged {toggle=\"true\"}",
            "## alps {toggle=\"true\"}",
            "## turin {toggle=\"true\"}"
        ]
    );
    assert_eq!(out.matches(&page(1).undashed()).count(), 2);
}

#[test]
fn by_month_the_newest_month_comes_first_wherever_it_is_added() {
    let at = |n: u128, day: Date| dated(entry(n, None), day);
    let old = [at(2, date(2026, 3, 9)), at(1, date(2025, 12, 1))];
    let page = settled("Mine", &old, ContentsBy::Date);
    let new = [
        at(3, date(2026, 2, 1)),
        at(2, date(2026, 3, 9)),
        at(1, date(2025, 12, 1)),
    ];
    let page = settled(&page, &new, ContentsBy::Date);
    let headings: Vec<&str> = page
        .lines()
        .filter(|line| !line.starts_with('\t'))
        .collect();
    assert_eq!(
        headings,
        [
            "Mine",
            "## March 2026 {toggle=\"true\"}",
            "## February 2026 {toggle=\"true\"}",
            "## December 2025 {toggle=\"true\"}"
        ]
    );
}

#[test]
fn another_division_takes_every_line_along() {
    let entries = [entry(2, Some("Idea")), entry(1, None)];
    let by_type = by_type("Mine", &entries);
    let by_tag = settled(&by_type, &entries, ContentsBy::Tag);
    assert_eq!(by_tag.matches("mention-page").count(), 2);
    let headings: Vec<&str> = by_tag
        .lines()
        .filter(|line| !line.starts_with('\t'))
        .collect();
    assert_eq!(headings, ["Mine", "## turin {toggle=\"true\"}"]);
}

#[test]
fn many_notes_are_divided_by_month_step_by_step() {
    let entries: Vec<Entry> = (1..=1_200_u128)
        .rev()
        .map(|n| {
            let days = i64::try_from(n / 10).unwrap().days();
            dated(
                entry(n, Some("Idea")),
                date(2026, 1, 1).saturating_add(days),
            )
        })
        .collect();
    let mut page = by_type("", &entries[300..]);
    assert!(!page.contains("###"));
    let mut steps = 0;
    loop {
        let done = reconciled(&page, &entries, &ours(), ContentsBy::Type, 250);
        assert!(done.mended.lines() <= 250);
        let before = page.matches("mention-page").count();
        page = done.text;
        assert!(page.matches("mention-page").count() + 250 >= before);
        steps += 1;
        if done.complete {
            break;
        }
    }
    assert!(steps <= 12, "{steps}");
    assert_eq!(page.matches("mention-page").count(), 1_200);
    assert!(
        page.starts_with(
            "## Idea {toggle=\"true\"}\n\t### May 2026 {toggle=\"true\"}\n\t\t<mention"
        )
    );
    // A few notes less, and nothing is turned over.
    let fewer = by_type(&page, &entries[..900]);
    assert!(fewer.contains("\t### "));
}

/// A page on which a person and Octavo wrote, and the notes there are.
fn scene() -> impl Strategy<Value = (String, Vec<Entry>)> {
    let line = prop_oneof![
        "[a-z]{1,6}",
        Just("## Idea {toggle=\"true\"}".to_owned()),
        Just("### May 2026 {toggle=\"true\"}".to_owned()),
        Just("```\n## Idea {toggle=\"true\"}\n\t\tmore\n```".to_owned()),
        (
            1..9_u128,
            prop_oneof![Just(""), Just(" mine"), Just(" {color=\"red\"}")]
        )
            .prop_map(|(n, more)| format!(
                "<mention-page url=\"{}\"/> #turin · 2026-11-22{more}",
                address(n)
            )),
    ];
    let lines = prop::collection::vec((0..3_usize, line), 0..14);
    let page = lines.prop_map(|lines| {
        let lines: Vec<String> = lines
            .into_iter()
            .map(|(depth, line)| {
                let tabs = "\t".repeat(depth);
                format!("{tabs}{}", line.replace('\n', &format!("\n{tabs}")))
            })
            .collect();
        lines.join("\n")
    });
    let notes = prop::collection::vec(
        prop_oneof![Just(None), Just(Some("Idea")), Just(Some("Task"))],
        0..6,
    );
    let entries = notes.prop_map(|types| {
        let types = types.into_iter().enumerate().rev();
        types
            .map(|(n, note_type)| entry(n as u128 + 1, note_type))
            .collect()
    });
    (page, entries)
}

fn is_a_persons(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty()
        && !line.starts_with('#')
        && (!line.starts_with("<mention-page") || line.ends_with("mine") || line.ends_with('}'))
}

proptest! {
    // Each case is a page brought in line several times over.
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn every_note_is_listed_nothing_of_a_person_is_gone_and_the_second_time_changes_nothing(
        (current, entries) in scene(),
        by in prop_oneof![Just(ContentsBy::Type), Just(ContentsBy::Tag), Just(ContentsBy::Date)],
        limit in 1..5_usize,
    ) {
        let once = settled(&current, &entries, by);
        for entry in &entries {
            prop_assert!(once.contains(&entry.page.undashed()), "{}", once);
        }
        for line in current.lines().filter(|line| is_a_persons(line)) {
            prop_assert!(once.contains(line.trim()), "{line:?} is gone from\n{}", once);
        }
        let again = reconciled(&once, &entries, &ours(), by, WHOLE);
        prop_assert_eq!(again.mended.lines(), 0);
        prop_assert_eq!(&again.text, &once);
        // In small steps it ends too.
        let mut text = current;
        let mut complete = false;
        for _ in 0..60 {
            let step = reconciled(&text, &entries, &ours(), by, limit);
            text = step.text;
            if step.complete {
                complete = true;
                break;
            }
        }
        prop_assert!(complete);
        prop_assert_eq!(reconciled(&text, &entries, &ours(), by, WHOLE).mended.lines(), 0);
    }
}
