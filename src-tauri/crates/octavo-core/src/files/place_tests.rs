//! Bodies with files and the texts of their pages.

use super::address;
use super::place::{Place, Placed, body_of, inward, outward, pending, unplaced, whole_text};
use super::words::size;

const HASH: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn address() -> String {
    address::of(HASH, "a b.png")
}

fn there(url: &str) -> Placed {
    Placed {
        address: address(),
        place: Place::There {
            url: url.to_owned(),
        },
    }
}

const ONE: &str = "https://files.example/1/a%20b.png";
const TWO: &str = "https://files.example/2/a%20b.png";
const SIGNED: &str = "?X-Amz-Date=1&X-Amz-Signature=2";

#[test]
fn a_whole_text_is_the_body_and_back() {
    let address = address();
    let body = format!("Before\n\n![a *b*]({address})\n\n<pdf src=\"{address}\"></pdf>\n\n- After");
    let text = whole_text(&body, &[], "");
    assert_eq!(text.matches(&unplaced(&address)).count(), 2, "{text}");
    assert_eq!(whole_text(&body_of(&text, &[]), &[], ""), text);
    assert_eq!(pending(&text, &[]), Some(address));
    assert_eq!(outward(&text, &[], None), "Before\n- After");
}

#[test]
fn a_file_that_is_there_has_its_address_there() {
    let base = format!("Before\n![]({ONE}{SIGNED})\nAfter");
    let body = format!("Before\n\n![]({})\n\nAfter", address());
    let files = [there(ONE)];
    let text = whole_text(&body, &files, &base);
    assert_eq!(text, base);
    assert_eq!(pending(&text, &files), None);
    assert_eq!(
        body_of(&text, &files),
        notion_markdown::enhanced_to_body(&base).replace(&format!("{ONE}{SIGNED}"), &address())
    );
    // One that Notion has not any more is to be sent anew.
    let text = whole_text(&body, &files, "Before\nAfter");
    assert_eq!(pending(&text, &files), Some(address()));
}

#[test]
fn of_two_equal_files_the_one_that_stays_keeps_its_place() {
    let base = format!("One\n![]({ONE}{SIGNED})\nTwo\n![]({TWO}{SIGNED})\nThree");
    let files = [there(ONE), there(TWO)];
    let body = |before: &str| body_of(before, &files);
    assert_eq!(whole_text(&body(&base), &files, &base), base);
    let without_first = format!("One\nTwo\n![]({TWO}{SIGNED})\nThree");
    assert_eq!(
        whole_text(&body(&without_first), &files, &base),
        without_first
    );
    let without_second = format!("One\n![]({ONE}{SIGNED})\nTwo\nThree");
    assert_eq!(
        whole_text(&body(&without_second), &files, &base),
        without_second
    );
}

#[test]
fn a_file_that_stays_is_a_line_there_and_itself_here() {
    let line = "The file \u{201c}a b.png\u{201d} (6 MB) is only here: it is [too] *large*.";
    let files = [Placed {
        address: address(),
        place: Place::Stays {
            line: line.to_owned(),
        },
    }];
    let body = format!("Before\n\n![Caption]({})\n\nAfter", address());
    let text = whole_text(&body, &files, "");
    let sent = outward(&text, &files, None);
    assert!(!sent.contains("octavo"), "{sent}");
    assert_eq!(pending(&text, &files), None);
    assert_eq!(inward(&sent, &files, &text), text);
}

#[test]
fn lengths_are_said_as_people_say_them() {
    assert_eq!(size(12), "12 bytes");
    assert_eq!(size(5 << 20), "5 MB");
    assert_eq!(size((5 << 20) + (1 << 19)), "5.5 MB");
}
