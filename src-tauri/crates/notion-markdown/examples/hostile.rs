//! What hostile texts cost: `hostile [COUNT]` prints milliseconds of each conversion, for COUNT pieces and
//! for four times as many. In linear time the second number is about four times the first.

use std::io::Write;
use std::time::Instant;

use notion_markdown::{Document, canonical, diff, merge, plan};

fn joined(numbers: std::ops::Range<usize>, part: impl Fn(usize) -> String) -> String {
    numbers.map(part).collect::<Vec<_>>().concat()
}

fn texts(count: usize) -> Vec<(&'static str, String)> {
    vec![
        (
            "unclosed mentions",
            "<mention-page url=\"x\">".repeat(count),
        ),
        (
            "closed mentions",
            "<mention-user url=\"x\">A</mention-user> ".repeat(count),
        ),
        ("quotes in quotes", "> ".repeat(count) + "x"),
        (
            "lists in lists",
            joined(0..count.min(2_000), |at| {
                format!("{}- a\n", "  ".repeat(at))
            }),
        ),
        ("stars", "*".repeat(count)),
        ("stars and letters", "*a ".repeat(count)),
        ("stars both ways", "*a **a ".repeat(count)),
        ("brackets", "[".repeat(count)),
        ("brackets and links", "[a](".repeat(count)),
        ("pictures", "![a](b ".repeat(count)),
        (
            "backticks",
            joined(1..count.min(1_500), |at| "`".repeat(at) + " "),
        ),
        ("dollars", "$a$b ".repeat(count)),
        ("dollars in lines", "$$\n".repeat(count)),
        ("tildes", "~~a ".repeat(count)),
    ]
}

fn blocks(count: usize) -> Vec<(&'static str, String)> {
    vec![
        ("tags", "<a b=\"".repeat(count)),
        ("spans", "<span color=\"red\">".repeat(count)),
        ("details", "<details>\n".repeat(count)),
        (
            "summaries",
            "<details>\n<summary>a</summary>\n".repeat(count),
        ),
        ("columns", "<columns>\n\t<column>\n".repeat(count)),
        ("callouts", "<callout>\n".repeat(count)),
        ("cards", "<unknown alt=\"x\">\n".repeat(count)),
        ("tables", "<table>\n<tr>\n<td>".repeat(count)),
        (
            "wide table",
            format!(
                "|{}\n|{}\n|{}\n",
                "a|".repeat(count),
                "-|".repeat(count),
                "b|".repeat(count)
            ),
        ),
        ("long table", format!("|a|\n|-|\n{}", "|b|\n".repeat(count))),
        ("definitions", joined(0..count, |at| format!("[{at}]: b\n"))),
        ("footnotes", joined(0..count, |at| format!("[^{at}] "))),
        ("entities", "&#0;&amp;&".repeat(count)),
        ("braces", "{a=\"".repeat(count)),
        ("attributes", "x {color=\"red\"}\n".repeat(count)),
        ("nul", "\0".repeat(count)),
        ("line ends", "\r\n\r".repeat(count)),
        ("one long word", "x".repeat(count)),
        (
            "signed addresses",
            "https://x/?X-Amz-Signature=1 ".repeat(count),
        ),
        ("comments", "<!-- ".repeat(count)),
        ("headings", "# a\n".repeat(count)),
        ("equal lines", "same line\n".repeat(count)),
        ("emphasis of links", "*[a](https://b)*".repeat(count)),
    ]
}

fn all(count: usize) -> Vec<(&'static str, String)> {
    let mut all = texts(count);
    all.extend(blocks(count));
    all
}

fn cost(text: &str) -> [f64; 8] {
    let mut out = [0.0; 8];
    let mut slots = out.iter_mut();
    let mut time = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        if let Some(slot) = slots.next() {
            *slot = start.elapsed().as_secs_f64() * 1e3;
        }
    };
    let document = Document::from_body(text);
    let changed = format!("{text}\nnew");
    time(&mut || drop(Document::from_body(text).to_body()));
    time(&mut || drop(document.to_enhanced()));
    time(&mut || drop(plan(&document.to_blocks().blocks)));
    time(&mut || drop(document.to_requests()));
    time(&mut || drop(Document::from_enhanced(text).to_enhanced()));
    time(&mut || drop(canonical(text)));
    time(&mut || drop(diff(text, &changed)));
    time(&mut || drop(merge(text, &changed, &format!("new\n{text}"))));
    out
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let count = std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(20_000);
    writeln!(
        out,
        "{:22}     body enhanced   values requests     read canonical   diff    merge",
        "ms"
    )?;
    for ((name, small), (_, large)) in all(count).into_iter().zip(all(count * 4)) {
        let (small, large) = (cost(&small), cost(&large));
        write!(out, "{name:22}")?;
        for (one, four) in small.iter().zip(large) {
            let mark = if four > 20.0 && four / one > 8.0 {
                '!'
            } else {
                ' '
            };
            write!(out, " {four:>7.0}{mark}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}
