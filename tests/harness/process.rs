//! Child processes that never outlive their stage.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::Fault;

/// The variable that marks every process of a stage, however deep it was started.
pub(crate) const MARK: &str = "OCTAVO_STAGE";

/// A child in a process group of its own; the whole group ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Guarded {
    child: Child,
    /// Kept open, so that a child may go on printing after its first line.
    output: Option<BufReader<ChildStdout>>,
}

impl Guarded {
    /// Starts `command`. The child also ends when the test itself is killed.
    pub(crate) fn start(command: &mut Command) -> Result<Self, Fault> {
        use std::os::unix::process::CommandExt as _;
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command
            .process_group(0)
            .spawn()
            .map_err(Fault::io(format!("start {program}")))?;
        Ok(Self {
            child,
            output: None,
        })
    }

    /// The first line the child prints: it is ready then.
    pub(crate) fn first_line(&mut self, program: &str) -> Result<String, Fault> {
        let out = self
            .child
            .stdout
            .take()
            .ok_or_else(|| Fault::program(program, "no output"))?;
        let mut line = String::new();
        let out = self.output.insert(BufReader::new(out));
        out.read_line(&mut line)
            .map_err(Fault::io(format!("read from {program}")))?;
        let line = line.trim().to_owned();
        if line.is_empty() {
            return Err(Fault::program(program, "ended before it was ready"));
        }
        Ok(line)
    }

    /// The process id of the child.
    pub(crate) fn pid(&self) -> i32 {
        // Linux keeps process ids below 2²².
        i32::try_from(self.child.id()).unwrap_or_default()
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Ends the group and waits for its leader.
    pub(crate) fn end(&mut self) {
        if let Some(group) = Pid::from_raw(self.pid()) {
            // A group that has ended already is what we want.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.end();
    }
}

/// A command that dies with the thread that starts it, where `setpriv` can arrange that.
pub(crate) fn mortal(program: impl AsRef<OsStr>) -> Command {
    if std::path::Path::new("/usr/bin/setpriv").exists() {
        let mut command = Command::new("/usr/bin/setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

/// All processes whose environment carries the mark of the stage `id`.
pub(crate) fn marked(id: &str) -> BTreeSet<i32> {
    let wanted = format!("{MARK}={id}");
    let Ok(entries) = fs::read_dir("/proc") else {
        return BTreeSet::new();
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok())
        .filter(|pid| {
            fs::read(format!("/proc/{pid}/environ")).is_ok_and(|environ| {
                environ
                    .split(|byte| *byte == 0)
                    .any(|pair| pair == wanted.as_bytes())
            })
        })
        .collect()
}

/// Ends every process of the stage `id` that is still there.
pub(crate) fn end_marked(id: &str) {
    for pid in marked(id) {
        kill(pid);
    }
}

/// SIGTERM to one process, as a desktop sends it when the person leaves.
pub(crate) fn terminate(pid: i32) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = kill_process(pid, Signal::TERM);
    }
}

/// SIGSTOP to one process: it is there, and does nothing any more.
pub(crate) fn freeze(pid: i32) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = kill_process(pid, Signal::STOP);
    }
}

/// SIGKILL to one process.
pub(crate) fn kill(pid: i32) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = kill_process(pid, Signal::KILL);
    }
}

/// Whether the process exists and is not a zombie.
pub(crate) fn alive(pid: i32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
        // The state letter follows the name in brackets, which may hold anything.
        stat.rsplit_once(')')
            .is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
    })
}
