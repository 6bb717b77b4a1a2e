//! Turns the configuration, the permission sets and the capability files into the access list that
//! the app carries.
//!
//! The permissions come from the command table, so that a command that is not in it does not exist
//! for any window. They are written here, and not by Tauri, which would put its files into a folder
//! at the root of the project and leave those of removed commands lying there.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use octavo_contract::COMMANDS;
use tauri_build::{AppManifest, Attributes};

/// The sets of permissions, one for each window.
const SETS: &str = "src-tauri/permissions/windows.toml";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={SETS}");
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=ui/dist");

    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("there is no OUT_DIR")?);
    let permissions = out.join("octavo-permissions");
    write_permissions(&permissions)?;
    // A build script lives for a moment; what Tauri asks to be static may leak.
    let pattern: &'static str = permissions
        .join("*.toml")
        .to_str()
        .ok_or("OUT_DIR is not UTF-8")?
        .to_owned()
        .leak();

    let attributes = Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/*.json")
        .app_manifest(AppManifest::new().permissions_path_pattern(pattern));
    tauri_build::try_build(attributes)?;
    Ok(())
}

/// One permission for each command, and the sets that use them.
fn write_permissions(folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut text = String::new();
    for command in COMMANDS {
        let name = command.name;
        writeln!(
            text,
            "[[permission]]\nidentifier = \"allow-{}\"\ndescription = \"Calling `{name}`\"\n\
             commands.allow = [\"{name}\"]\n",
            name.replace('_', "-")
        )?;
    }
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("commands.toml"), text)?;
    std::fs::copy(SETS, folder.join("windows.toml"))?;
    Ok(())
}
