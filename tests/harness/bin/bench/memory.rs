//! How much memory the core keeps beside few and many notes, in processes of their own.

use std::path::Path;
use std::process::Command;

use harness::{Fault, Verdict, binary};

use crate::save::among;
use crate::table::Table;

const FEW: u32 = 5_000;
const MANY: u32 = 100_000;

pub(crate) async fn measure(table: &mut Table) -> Verdict {
    let folder = tempfile::tempdir().map_err(Fault::io("make a folder"))?;
    let (few, many) = (
        resident(folder.path(), FEW).await?,
        resident(folder.path(), MANY).await?,
    );
    table.row([
        format!("resident memory of the core beside {FEW} and {MANY} notes, after the list, searches and saves"),
        format!("{:.1} MiB, {:.1} MiB", mebi(few), mebi(many)),
        "–".into(),
        format!("{:+.0} %", (many / few - 1.0) * 100.0),
        "≤ +20 %".into(),
    ]);
    Ok(())
}

fn mebi(kibi: f64) -> f64 {
    kibi / 1024.0
}

async fn resident(folder: &Path, notes: u32) -> Result<f64, Fault> {
    crate::say(&format!("  memory beside {notes} notes …"));
    let folder = folder.join(notes.to_string());
    let account = among(&folder, notes).await?;
    let mut program = Command::new(binary("measures")?);
    let data = folder.join("data");
    let out = program.arg("resident").arg(data).arg(account).output();
    let out = out.map_err(Fault::io("start measures"))?;
    let said = String::from_utf8_lossy(&out.stdout);
    said.trim().parse().map_err(|_| {
        let words = String::from_utf8_lossy(&out.stderr);
        Fault::program("measures", words.trim())
    })
}
