//! A fingerprint of files, to know whether something must be made anew.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use crate::step::{Failure, target};

/// The fingerprint of everything below `paths`, names and contents, leaving out folders named in
/// `without`.
pub(crate) fn fingerprint(paths: &[PathBuf], without: &[&str]) -> String {
    let mut files = Vec::new();
    for path in paths {
        collect(path, without, &mut files);
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        fs::read(&file).unwrap_or_default().hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

fn collect(path: &Path, without: &[&str], files: &mut Vec<PathBuf>) {
    if path.is_file() {
        files.push(path.to_path_buf());
        return;
    }
    let Ok(entries) = fs::read_dir(path) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if !without.iter().any(|other| name == *other) {
            collect(&entry.path(), without, files);
        }
    }
}

/// Whether the stamp `name` already says `fingerprint`.
pub(crate) fn stamped(name: &str, fingerprint: &str) -> bool {
    fs::read_to_string(stamp(name)).is_ok_and(|found| found == fingerprint)
}

/// Makes the stamp `name` say `fingerprint`.
pub(crate) fn put_stamp(name: &str, fingerprint: &str) -> Result<(), Failure> {
    let path = stamp(name);
    let folder = path.parent().unwrap_or(&path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, fingerprint))
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))
}

fn stamp(name: &str) -> PathBuf {
    target().join("xtask").join(name)
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn a_fingerprint_follows_contents_and_skips_what_it_is_told_to() {
        let folder = std::env::temp_dir().join(format!("xtask-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("dist")).unwrap();
        std::fs::write(folder.join("a"), "1").unwrap();
        let paths = [folder.clone()];
        let first = fingerprint(&paths, &["dist"]);
        std::fs::write(folder.join("dist/b"), "made").unwrap();
        let same = fingerprint(&paths, &["dist"]);
        std::fs::write(folder.join("a"), "2").unwrap();
        let other = fingerprint(&paths, &["dist"]);
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(first, same);
        assert_ne!(first, other);
    }
}
