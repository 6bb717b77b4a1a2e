//! Where the programs under test and the folders beside them are.

use std::path::{Path, PathBuf};

use crate::Fault;

/// The root of the source tree.
pub fn workspace_root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The folder the running test was built into (`…/target/debug`).
fn build_dir() -> Option<PathBuf> {
    let exe = std::env::current_exe().ok()?;
    let dir = exe.parent()?;
    // Tests and examples lie one folder below the binaries.
    let nested = dir.ends_with("deps") || dir.ends_with("examples");
    if nested {
        dir.parent().map(Path::to_path_buf)
    } else {
        Some(dir.to_path_buf())
    }
}

/// The target directory of the running test.
pub fn target_dir() -> PathBuf {
    build_dir()
        .and_then(|dir| dir.parent().map(Path::to_path_buf))
        .unwrap_or_else(|| workspace_root().join("target"))
}

/// Where the remains of a failed story are kept.
pub fn evidence_dir(story: &str) -> PathBuf {
    target_dir().join("test-evidence").join(story)
}

/// The program `name`: beside the running test, or in a folder of `OCTAVO_BIN_DIR` (a list like
/// `PATH`), which wins.
pub fn binary(name: &str) -> Result<PathBuf, Fault> {
    let mut looked = Vec::new();
    if let Some(list) = std::env::var_os("OCTAVO_BIN_DIR") {
        looked.extend(std::env::split_paths(&list));
    }
    looked.extend(build_dir());
    looked
        .iter()
        .map(|dir| dir.join(name))
        .find(|path| path.is_file())
        .ok_or(Fault::NotBuilt {
            name: name.to_owned(),
            looked,
        })
}
