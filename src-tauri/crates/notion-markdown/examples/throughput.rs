//! How fast texts are converted: `throughput FILE…` prints megabytes per second.

use std::io::Write;
use std::time::{Duration, Instant};

use notion_markdown::{Document, canonical};

fn rate(text: &str, work: impl Fn(&str) -> usize) -> f64 {
    let start = Instant::now();
    let mut bytes = 0_u32;
    let mut sum = 0_usize;
    while start.elapsed() < Duration::from_millis(300) {
        sum = sum.wrapping_add(std::hint::black_box(work(text)));
        bytes = bytes.saturating_add(u32::try_from(text.len()).unwrap_or(u32::MAX));
    }
    std::hint::black_box(sum);
    f64::from(bytes) / 1e6 / start.elapsed().as_secs_f64()
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path)?;
        let enhanced = Document::from_body(&text).to_enhanced();
        writeln!(
            out,
            "{path}: {} bytes, MB/s: body to enhanced {:.0}, enhanced to body {:.0}, canonical {:.0}",
            text.len(),
            rate(&text, |text| Document::from_body(text).to_enhanced().len()),
            rate(&enhanced, |text| Document::from_enhanced(text)
                .to_body()
                .len()),
            rate(&enhanced, |text| canonical(text).len()),
        )?;
    }
    Ok(())
}
