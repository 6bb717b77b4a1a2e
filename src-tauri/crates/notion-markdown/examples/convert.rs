//! Converts standard input: `body`, `enhanced` or `canonical` says what comes out; `from-enhanced` after it what goes in.

use std::io::{Read, Write};

use notion_markdown::{Document, canonical};

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let to = arguments.next().unwrap_or_default();
    let from = arguments.next().unwrap_or_default();
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let document = if from == "from-enhanced" {
        Document::from_enhanced(&text)
    } else {
        Document::from_body(&text)
    };
    let out = match to.as_str() {
        "body" => document.to_body(),
        "canonical" => canonical(&document.to_enhanced()),
        _ => document.to_enhanced(),
    };
    std::io::stdout().write_all(out.as_bytes())
}
