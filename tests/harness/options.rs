//! How the app is started.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{Fault, Stage, binary};

/// How the app is started.
#[derive(Debug, Clone)]
pub struct AppOptions {
    program: String,
    args: Vec<String>,
    env: Vec<(String, String)>,
    before: String,
    usual_folder: bool,
}

impl AppOptions {
    /// The app with `notion` as the address of Notion.
    pub fn new(notion: &str) -> Self {
        Self {
            program: "octavo-desktop".into(),
            args: Vec::new(),
            env: vec![("OCTAVO_NOTION_URL".into(), notion.into())],
            before: String::new(),
            usual_folder: false,
        }
    }

    /// The app as it is, with nothing of the tests' set.
    pub fn plain(program: &str) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            before: String::new(),
            usual_folder: false,
        }
    }

    /// One more argument.
    #[must_use]
    pub fn arg(mut self, arg: &str) -> Self {
        self.args.push(arg.into());
        self
    }

    /// One more variable, or another value for one.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// On the person's usual folder (below [`Stage::usual_data_dir`]), for which alone Octavo talks to
    /// the desktop: addresses, start at login.
    #[must_use]
    pub fn in_usual_folder(mut self) -> Self {
        self.usual_folder = true;
        self
    }

    /// A line of shell to run right before the app, in its process (`ulimit …`).
    #[must_use]
    pub fn before(mut self, line: &str) -> Self {
        let _ = writeln!(self.before, "{line}");
        self
    }

    /// A script of a few lines starts the app, as only a shell can set a process's limits.
    pub(crate) fn write_starter(&self, stage: &Stage) -> Result<PathBuf, Fault> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let starter = stage.path(&format!("bin/app-{number}"));
        let mut script = String::from("#!/bin/sh\n");
        for (name, value) in &self.env {
            let _ = writeln!(script, "export {name}='{value}'");
        }
        if !self.usual_folder {
            let _ = writeln!(
                script,
                "export OCTAVO_DATA_DIR=\"${{OCTAVO_DATA_DIR:-{}}}\"",
                stage.data_dir().display()
            );
        }
        script.push_str(&self.before);
        let mut args = String::new();
        for arg in &self.args {
            let _ = write!(args, " '{arg}'");
        }
        let _ = writeln!(
            script,
            "exec '{}'{args} >>'{logs}/app.out' 2>>'{logs}/app.err'",
            binary(&self.program)?.display(),
            logs = stage.logs().display(),
        );
        fs::write(&starter, script).map_err(Fault::io("write the starter"))?;
        fs::set_permissions(&starter, fs::Permissions::from_mode(0o700))
            .map_err(Fault::io("make the starter executable"))?;
        Ok(starter)
    }
}
