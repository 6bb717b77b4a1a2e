//! Which variables WebKitGTK needs for this computer's graphics.
//!
//! Windows that stay blank or die with "Error 71" come from NVIDIA's driver under Wayland, and one
//! variable cures them at no cost. Broader cures make drawing slow for everybody, so they are only
//! for `--safe-graphics`. What the user has set is never changed.

use std::ffi::OsString;

/// One variable to set.
pub type Setting = (&'static str, &'static str);

const NO_EXPLICIT_SYNC: Setting = ("__NV_DISABLE_EXPLICIT_SYNC", "1");

/// Everything that keeps WebKitGTK away from the graphics card.
const SAFE: [Setting; 4] = [
    ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
    ("WEBKIT_DISABLE_COMPOSITING_MODE", "1"),
    ("LIBGL_ALWAYS_SOFTWARE", "1"),
    NO_EXPLICIT_SYNC,
];

/// The variables to set on this computer before any thread starts.
pub fn settings(safe: bool) -> Vec<Setting> {
    if cfg!(target_os = "linux") {
        let nvidia = std::path::Path::new("/proc/driver/nvidia/version").exists();
        decide(safe, nvidia, |name| std::env::var_os(name))
    } else {
        Vec::new()
    }
}

fn decide(safe: bool, nvidia: bool, variable: impl Fn(&str) -> Option<OsString>) -> Vec<Setting> {
    let is = |name: &str, value: &str| variable(name).is_some_and(|found| found == value);
    let wayland = (variable("WAYLAND_DISPLAY").is_some_and(|found| !found.is_empty())
        || is("XDG_SESSION_TYPE", "wayland"))
        && !is("GDK_BACKEND", "x11");
    let wanted: &[Setting] = if safe {
        &SAFE
    } else if nvidia && wayland {
        &[NO_EXPLICIT_SYNC]
    } else {
        &[]
    };
    wanted
        .iter()
        .copied()
        .filter(|(name, _)| variable(name).is_none())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(safe: bool, nvidia: bool, environment: &[Setting]) -> Vec<Setting> {
        decide(safe, nvidia, |name| {
            environment
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.into())
        })
    }

    const WAYLAND: Setting = ("WAYLAND_DISPLAY", "wayland-0");

    #[test]
    fn only_nvidia_on_wayland_needs_something() {
        assert_eq!(decided(false, true, &[WAYLAND]), [NO_EXPLICIT_SYNC]);
        assert_eq!(
            decided(false, true, &[("XDG_SESSION_TYPE", "wayland")]),
            [NO_EXPLICIT_SYNC]
        );
        assert_eq!(decided(false, false, &[WAYLAND]), []);
        assert_eq!(decided(false, true, &[]), []);
        assert_eq!(decided(false, true, &[WAYLAND, ("GDK_BACKEND", "x11")]), []);
    }

    #[test]
    fn the_user_is_never_overruled() {
        assert_eq!(
            decided(false, true, &[WAYLAND, ("__NV_DISABLE_EXPLICIT_SYNC", "0")]),
            []
        );
        let safe = decided(true, false, &[("LIBGL_ALWAYS_SOFTWARE", "0")]);
        assert_eq!(safe.len(), SAFE.len() - 1);
    }
}
