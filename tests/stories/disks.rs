//! Disks that are read-only, full or damaged: a clear sentence, and nothing is lost.

#![expect(
    clippy::future_not_send,
    reason = "a stage stays on the thread of its story"
)]

use std::fs;
use std::path::{Path, PathBuf};

use harness::{
    App, Fault, FullFolder, Keyring, ReadOnlyFolder, Stage, Verdict, ensure, look, or_skip, story,
    wait_until,
};

const TITLE: &str = "Kept before the trouble";
const BODY: &str = "These words must still be there.";

/// One note on this computer, the app closed again.
async fn one_note(stage: &Stage) -> Verdict {
    let notion = stage.simulator()?;
    let app = stage.open_app(&notion).await?;
    app.painted().await?;
    app.start_without_notion().await?;
    app.write_note(TITLE, BODY).await?;
    app.chip("On this computer").await?;
    app.quit().await
}

async fn note_is_there(app: &App) -> Verdict {
    app.open_note(TITLE).await?;
    wait_until("the note is there, whole", async || {
        let body = app.body().await?;
        Ok(look(body.contains(BODY), body))
    })
    .await
}

#[tokio::test]
async fn a_read_only_folder_is_said_in_words() -> Verdict {
    story(
        "a_read_only_folder_is_said_in_words",
        Keyring::Absent,
        async |stage| {
            let Some(folder) = or_skip(ReadOnlyFolder::new(&stage.data_dir())) else {
                return Ok(());
            };
            one_note(stage).await?;
            let Some(()) = or_skip(folder.lock()) else {
                return Ok(());
            };
            let notion = stage.simulator()?;
            let app = stage.open_app(&notion).await?;
            app.reads("cannot write to its").await?;
            app.reads("Nothing").await?;
            folder
                .unlock()
                .map_err(|error| Fault::claim(error.to_string()))?;
            app.find("button", "Try again").await?.click().await?;
            note_is_there(&app).await
        },
    )
    .await
}

#[tokio::test]
async fn a_full_disk_is_said_in_words_and_saving_resumes_by_itself() -> Verdict {
    let name = "a_full_disk_is_said_in_words_and_saving_resumes_by_itself";
    story(name, Keyring::Absent, async |stage| {
        let Some(disk) = or_skip(FullFolder::new(&stage.data_dir(), 24)) else {
            return Ok(());
        };
        one_note(stage).await?;
        let notion = stage.simulator()?;
        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.write_note("Too long for the disk", "It begins like this: ")
            .await?;
        app.chip("On this computer").await?;
        disk.fill()?;
        // More than any free page inside the database's files, in few lines: each costs the editor
        // a node.
        let long = "const line = 'many words '.repeat(120) + '\\n';\
                    document.execCommand('insertText', false, line.repeat(500))";
        app.find("textbox", "Note").await?.click().await?;
        app.run(long).await?;
        app.reads("disk is full").await?;
        app.reads("make room").await?;
        disk.relieve()?;
        app.chip("On this computer").await?;
        app.quit().await?;

        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        note_is_there(&app).await?;
        app.open_note("Too long for the disk").await?;
        wait_until("the long note was saved once there was room", async || {
            let body = app.body().await?;
            Ok(look(
                body.contains("many words"),
                body.chars().take(80).collect::<String>(),
            ))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn a_capture_onto_a_full_disk_fails_in_words() -> Verdict {
    story(
        "a_capture_onto_a_full_disk_fails_in_words",
        Keyring::Absent,
        async |stage| {
            let Some(disk) = or_skip(FullFolder::new(&stage.data_dir(), 16)) else {
                return Ok(());
            };
            let notion = stage.simulator()?;
            let cli = stage.cli(&notion)?;
            cli.run(&["account", "add", "--local"], "")
                .await?
                .expect_code(0)?;
            cli.run(&["capture", BODY, "--title", TITLE], "")
                .await?
                .expect_code(0)?;
            disk.fill()?;
            let answer = cli
                .run(&["capture", "-"], &"many words ".repeat(400_000))
                .await?;
            let answer = answer.expect_code(1)?;
            ensure(answer.err.contains("is full"), || {
                format!("it said {:?}", answer.err)
            })?;
            disk.relieve()?;
            let list = cli
                .run(&["--json", "note", "list"], "")
                .await?
                .expect_code(0)?;
            ensure(list.out.contains(TITLE), || {
                format!("the list says {:?}", list.out)
            })
        },
    )
    .await
}

/// Damages the file in its middle of everything: the first page of the database.
fn damage(file: &Path) -> Result<Vec<u8>, Fault> {
    let mut bytes = fs::read(file).map_err(|error| Fault::claim(error.to_string()))?;
    for byte in bytes.iter_mut().skip(16).take(2_000) {
        *byte ^= 0x5a;
    }
    fs::write(file, &bytes).map_err(|error| Fault::claim(error.to_string()))?;
    Ok(bytes)
}

fn notes_db(stage: &Stage) -> Result<PathBuf, Fault> {
    let accounts = stage.data_dir().join("accounts");
    let mut entries = fs::read_dir(accounts).map_err(|error| Fault::claim(error.to_string()))?;
    let folder = entries
        .find_map(Result::ok)
        .ok_or_else(|| Fault::claim("no account folder"))?;
    Ok(folder.path().join("notes.db"))
}

async fn damaged(stage: &Stage, file: &Path) -> Verdict {
    let bytes = damage(file)?;
    let notion = stage.simulator()?;
    let app = stage.open_app(&notion).await?;
    app.reads("is damaged and was left as it is").await?;
    app.quit().await?;
    let after = fs::read(file).map_err(|error| Fault::claim(error.to_string()))?;
    ensure(after == bytes, || {
        format!("{} was written to", file.display())
    })
}

#[tokio::test]
async fn a_damaged_notes_database_is_said_and_left_alone() -> Verdict {
    story(
        "a_damaged_notes_database_is_said_and_left_alone",
        Keyring::Absent,
        async |stage| {
            one_note(stage).await?;
            damaged(stage, &notes_db(stage)?).await
        },
    )
    .await
}

#[tokio::test]
async fn a_damaged_app_database_is_said_and_left_alone() -> Verdict {
    story(
        "a_damaged_app_database_is_said_and_left_alone",
        Keyring::Absent,
        async |stage| {
            one_note(stage).await?;
            damaged(stage, &stage.data_dir().join("app.db")).await
        },
    )
    .await
}
