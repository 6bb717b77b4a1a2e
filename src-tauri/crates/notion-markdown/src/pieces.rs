//! Texts cut where nothing is open, so that each piece can be read by itself.

use std::ops::Range;

use crate::enhanced::parse::is_inline;
use crate::enhanced::scan::fence_len;
use crate::tag;

/// A text in pieces. Reading the pieces one by one gives the same blocks as reading the text.
#[derive(Debug)]
pub(crate) struct Pieces {
    /// Where each piece begins; the first at 0. No piece but the first begins with a numbered item.
    starts: Vec<usize>,
    len: usize,
    /// Whether nothing is open at the end, so that another piece may follow.
    pub(crate) closed: bool,
}

impl Pieces {
    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }

    /// Where a stretch of pieces stands.
    pub(crate) fn range(&self, from: usize, to: usize) -> Range<usize> {
        let place = |at: usize| self.starts.get(at).copied().unwrap_or(self.len);
        place(from)..place(to)
    }

    /// The text of each piece.
    pub(crate) fn slices<'a>(&self, text: &'a str) -> Vec<&'a str> {
        (0..self.len())
            .map(|at| text.get(self.range(at, at + 1)).unwrap_or_default())
            .collect()
    }
}

/// Cuts a text into pieces: before lines that are not indented, outside of code and of everything that ends
/// with a tag of its own. Whatever is doubtful is not cut.
pub(crate) fn pieces(text: &str) -> Pieces {
    let mut scan = Scan::default();
    let mut starts = vec![0];
    // The reader treats these two in its own way; they do not come from the service.
    let odd = memchr::memchr2(b'\r', 0, text.as_bytes()).is_some();
    let mut at = 0;
    for line in text.split('\n') {
        if odd {
            break;
        }
        if scan.line(line) && at > 0 {
            starts.push(at);
        }
        at += line.len() + 1;
    }
    Pieces {
        starts,
        len: text.len(),
        closed: !odd && scan.is_closed(),
    }
}

#[derive(Default)]
struct Scan<'a> {
    /// Depth and length of the fence of the code block that is open.
    fence: Option<(usize, usize)>,
    formula: bool,
    /// Tags that are open, with their depth.
    open: Vec<(&'a str, usize)>,
    /// Tags do not pair up: nothing can be said any more.
    lost: bool,
}

impl<'a> Scan<'a> {
    fn is_closed(&self) -> bool {
        self.fence.is_none() && !self.formula && self.open.is_empty() && !self.lost
    }

    /// Looks at one more line; whether a piece can begin with it.
    fn line(&mut self, line: &'a str) -> bool {
        let depth = line.bytes().take_while(|b| *b == b'\t').count();
        let inner = line.get(depth..).unwrap_or_default();
        let text = inner.trim_matches([' ', '\t']);
        if let Some((open, len)) = self.fence {
            let end = inner.trim_end_matches([' ', '\t']);
            if depth == open && end.len() >= len && end.bytes().all(|b| b == b'`') {
                self.fence = None;
            }
            return false;
        }
        if self.formula {
            self.formula = text != "$$";
            return false;
        }
        let Some(first) = text.bytes().next() else {
            return false;
        };
        let begins = depth == 0 && !first.is_ascii_digit() && self.is_closed();
        match first {
            b'`' => {
                if let Some(len) = fence_len(text) {
                    self.fence = Some((depth, len));
                }
            }
            b'$' => self.formula = text == "$$",
            b'<' => self.tag(text, depth),
            _ => {}
        }
        if self.in_table() && text.contains("</table>") {
            self.open.pop();
        }
        begins
    }

    fn in_table(&self) -> bool {
        self.open.last().is_some_and(|(name, _)| *name == "table")
    }

    fn tag(&mut self, text: &'a str, depth: usize) {
        let closing = text
            .strip_prefix("</")
            .and_then(|rest| rest.strip_suffix('>'));
        if let Some(name) = closing {
            if self.in_table() {
                // Rows and cells end here, or something around the table does.
                self.lost |= name != "table" && self.open.contains(&(name, depth));
            } else if self.open.last() == Some(&(name, depth)) {
                self.open.pop();
            } else if !self.open.is_empty() {
                self.lost = true;
            }
            return;
        }
        if self.in_table() {
            return;
        }
        let Some(tag) = tag::parse(text).filter(|tag| !tag.close && !is_inline(tag.name)) else {
            return;
        };
        let rest = text.get(tag.len..).unwrap_or_default().trim();
        let opens = match tag.name {
            "details" => true,
            "table" => !tag.self_closing,
            "callout" => !(tag.self_closing && rest.is_empty() || rest.ends_with("</callout>")),
            "empty-block" => !rest.is_empty() && !tag.self_closing,
            _ => !tag.self_closing && rest.is_empty(),
        };
        if opens {
            self.open.push((tag.name, depth));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::pieces;
    use crate::canonical::canonical;
    use proptest::prelude::*;

    fn cut(text: &str) -> Vec<&str> {
        pieces(text).slices(text)
    }

    #[test]
    fn a_piece_is_what_belongs_together() {
        assert_eq!(
            cut("a\n\tb\nc\n1. x\n2. y\nd"),
            ["a\n\tb\n", "c\n1. x\n2. y\n", "d"]
        );
        let toggle = "<details>\n<summary>s</summary>\nx\n</details>\n";
        assert_eq!(cut(&format!("a\n{toggle}b")), ["a\n", toggle, "b"]);
        assert_eq!(cut("```\na\nb\n```\nc"), ["```\na\nb\n```\n", "c"]);
        assert_eq!(cut("$$\na\n$$\nc"), ["$$\na\n$$\n", "c"]);
        assert_eq!(cut("<table>\n<tr>\n</tr>\n</table>\nc").len(), 2);
    }

    #[test]
    fn what_is_never_closed_is_not_cut() {
        for open in [
            "```",
            "$$",
            "<details>",
            "<callout>",
            "<columns>",
            "<table>",
        ] {
            let text = format!("a\n{open}\nb\nc");
            assert_eq!(cut(&text).len(), 2, "{open}");
            assert!(!pieces(&text).closed, "{open}");
        }
        assert_eq!(cut("a\r\nb\nc").len(), 1);
    }

    /// Lines that open, close and nest, in any order.
    fn lines() -> impl Strategy<Value = String> {
        let line = prop::sample::select(vec![
            "a",
            "b",
            "",
            "1. x",
            "2. y",
            "- z",
            "> q",
            "```",
            "````",
            "```rust",
            "$$",
            "$$x$$",
            "<details>",
            "</details>",
            "<summary>s</summary>",
            "<details><summary>s</summary>",
            "<callout>",
            "<callout>x</callout>",
            "<callout/>",
            "</callout>",
            "<columns>",
            "</columns>",
            "<column>",
            "</column>",
            "<table>",
            "<tr><td>a</td></tr>",
            "<tr>",
            "</tr>",
            "</table>",
            "<td>a</td></table>",
            "<unknown/>",
            "<page url=\"x\">t</page>",
            "<empty-block/>",
            "<mention-page url=\"x\">",
            "<x>",
            "</x>",
            "---",
            "![c](https://e.example/i.png)",
            " a",
            "  1. b",
            "<x>y</x>",
            "</span>",
            "<br>",
        ]);
        prop::collection::vec((0_usize..3, line), 0..24).prop_map(|list| {
            let list: Vec<String> = list
                .into_iter()
                .map(|(depth, line)| format!("{}{line}", "\t".repeat(depth / 2)))
                .collect();
            list.join("\n")
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn pieces_mean_what_the_text_means(text in lines()) {
            let parts: Vec<String> = cut(&text).into_iter().map(canonical).filter(|part| !part.is_empty()).collect();
            prop_assert_eq!(parts.join("\n"), canonical(&text));
        }

        #[test]
        fn a_closed_text_can_be_followed_by_any_other(first in lines(), second in lines()) {
            let begins = second.bytes().next().is_some_and(|b| !b.is_ascii_whitespace() && !b.is_ascii_digit());
            if pieces(&first).closed && begins {
                let parts = [canonical(&first), canonical(&second)];
                let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
                prop_assert_eq!(parts.join("\n"), canonical(&format!("{first}\n{second}")));
            }
        }
    }
}
