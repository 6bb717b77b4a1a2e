//! How fast texts are converted: `throughput FILE…` prints megabytes per second of each conversion,
//! beside what `pulldown-cmark` needs to parse the same text without making anything of it.

use std::io::Write;
use std::time::{Duration, Instant};

use notion_markdown::{Document, canonical, diff, plan};
use pulldown_cmark::{Options, Parser};

/// The best of several rounds, in megabytes per second: what disturbs a machine only ever slows it down.
fn rate(text: &str, work: impl Fn(&str) -> usize) -> f64 {
    let mut best = Duration::MAX;
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(400) {
        let round = Instant::now();
        std::hint::black_box(work(text));
        best = best.min(round.elapsed());
    }
    let bytes = u32::try_from(text.len()).unwrap_or(u32::MAX);
    f64::from(bytes) / 1e6 / best.as_secs_f64()
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "    bytes  floor   read enhanced blocks   plan values to body canonical   diff  MB/s"
    )?;
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path)?;
        let enhanced = Document::from_body(&text).to_enhanced();
        let other = format!("{enhanced}\nOne more line");
        let read = |text: &str| Document::from_body(text);
        writeln!(
            out,
            "{:>9} {:>6.0} {:>6.0} {:>8.0} {:>6.0} {:>6.0} {:>6.0} {:>7.0} {:>9.0} {:>6.0}  {path}",
            text.len(),
            rate(&text, |text| Parser::new_ext(text, Options::all()).count()),
            rate(&text, |text| read(text).blocks.len()),
            rate(&text, |text| read(text).to_enhanced().len()),
            rate(&text, |text| read(text).to_blocks_json().value.len()),
            rate(&text, |text| read(text).to_requests().value.len()),
            rate(&text, |text| plan(&read(text).to_blocks().blocks).len()),
            rate(&enhanced, |text| Document::from_enhanced(text)
                .to_body()
                .len()),
            rate(&enhanced, |text| canonical(text).len()),
            rate(&enhanced, |text| usize::from(
                diff(text, &other) == notion_markdown::Update::Unchanged
            )),
        )?;
    }
    Ok(())
}
