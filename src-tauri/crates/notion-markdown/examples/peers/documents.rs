//! The documents that are converted: published ones, each by itself and strung together by size.

use std::path::{Path, PathBuf};

use crate::trouble::{Trouble, read, write};

/// A document on the disk.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) bytes: usize,
}

/// How long the strung ones are, and what they are called.
const SIZES: [(&str, usize); 4] = [
    ("1 KB", 1_000),
    ("10 KB", 10_000),
    ("100 KB", 100_000),
    ("1 MB", 1_000_000),
];

/// Where the published documents are; the one place that says so.
pub(crate) fn folder() -> PathBuf {
    let fixtures = std::env::var_os("OCTAVO_FIXTURES").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/fixtures"),
        PathBuf::from,
    );
    fixtures.join("markdown/files")
}

/// All published documents, the smallest first.
pub(crate) fn published() -> Result<Vec<Sample>, Trouble> {
    in_folder(&folder())
}

/// All documents of a folder, the smallest first.
pub(crate) fn in_folder(folder: &Path) -> Result<Vec<Sample>, Trouble> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Err(Trouble::NoDocuments(folder.display().to_string()));
    };
    let mut all = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|kind| kind == "md") {
            let name = entry.file_name().to_string_lossy().into_owned();
            let bytes = read(&path)?.len();
            all.push(Sample { name, path, bytes });
        }
    }
    if all.is_empty() {
        return Err(Trouble::NoDocuments(folder.display().to_string()));
    }
    all.sort_by(|a, b| (a.bytes, &a.name).cmp(&(b.bytes, &b.name)));
    Ok(all)
}

/// Strings the published documents together, the smallest first, so that many kinds and scripts are
/// in each: one text of every size, written into `into`.
pub(crate) fn strung(published: &[Sample], into: &Path) -> Result<Vec<Sample>, Trouble> {
    let mut all = String::new();
    let longest = SIZES.iter().map(|(_, bytes)| *bytes).max();
    for sample in published {
        if Some(all.len()) >= longest {
            break;
        }
        all.push_str(&read(&sample.path)?);
        all.push_str("\n\n");
    }
    let mut samples = Vec::new();
    for (name, bytes) in SIZES {
        let text = cut(&all, bytes);
        let path = into.join(format!("{bytes}.md"));
        write(&path, text)?;
        samples.push(Sample {
            name: name.to_owned(),
            path,
            bytes: text.len(),
        });
    }
    Ok(samples)
}

/// The lines that begin within the first `bytes` bytes, so that no line is torn.
fn cut(text: &str, bytes: usize) -> &str {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if end >= bytes {
            break;
        }
        end += line.len();
    }
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_text_is_cut_behind_a_line() {
        assert_eq!(cut("one\ntwo\nthree\n", 5), "one\ntwo\n");
        assert_eq!(cut("one\ntwo", 100), "one\ntwo");
    }
}
