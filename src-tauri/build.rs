//! Turns the configuration, the permission sets and the capability files into the access list that
//! the app carries.
//!
//! The names of the commands come from the command table, so that a command that is not in it does
//! not exist for any window.

use std::error::Error;

use octavo_contract::COMMANDS;
use tauri_build::{AppManifest, Attributes};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=src-tauri/permissions");
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=ui/dist");

    // A build script lives for a moment; what Tauri asks to be static may leak.
    let names: &'static [&'static str] = COMMANDS
        .iter()
        .map(|command| command.name)
        .collect::<Vec<_>>()
        .leak();
    let manifest = AppManifest::new()
        .commands(names)
        .permissions_path_pattern("src-tauri/permissions/**/*.toml");
    let attributes = Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/*.json")
        .app_manifest(manifest);
    tauri_build::try_build(attributes)?;
    Ok(())
}
