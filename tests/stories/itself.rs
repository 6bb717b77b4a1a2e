//! The stage itself: what the other stories stand on.

use std::process::Stdio;

use harness::{FullFolder, Keyring, ReadOnlyFolder, Stage, Verdict, ensure, or_skip, story};

/// Stores a secret as an app would, and says whether that worked.
fn store(stage: &Stage) -> bool {
    stage
        .command("timeout")
        .args([
            "5",
            "secret-tool",
            "store",
            "--label=probe",
            "stage",
            "probe",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[tokio::test]
async fn an_unlocked_keychain_keeps_a_secret() -> Verdict {
    story(
        "an_unlocked_keychain_keeps_a_secret",
        Keyring::Unlocked,
        async |stage| {
            ensure(store(stage), || "secret-tool could not store".into())?;
            let found = stage.secrets("stage", "probe")?;
            ensure(found.len() == 1, || format!("{found:?}"))
        },
    )
    .await
}

#[tokio::test]
async fn a_locked_keychain_refuses() -> Verdict {
    story(
        "a_locked_keychain_refuses",
        Keyring::Locked,
        async |stage| ensure(!store(stage), || "a locked keychain took a secret".into()),
    )
    .await
}

#[tokio::test]
async fn an_absent_keychain_is_absent() -> Verdict {
    story(
        "an_absent_keychain_is_absent",
        Keyring::Absent,
        async |stage| ensure(!store(stage), || "someone answered".into()),
    )
    .await
}

#[tokio::test]
async fn the_screen_can_be_photographed() -> Verdict {
    story(
        "the_screen_can_be_photographed",
        Keyring::Absent,
        async |stage| {
            let picture = stage.path("screen.png");
            stage.picture(&picture)?;
            let size = std::fs::metadata(&picture)
                .map(|meta| meta.len())
                .unwrap_or_default();
            ensure(size > 100, || format!("{size} bytes"))
        },
    )
    .await
}

#[tokio::test]
async fn a_read_only_folder_refuses_even_root() -> Verdict {
    story(
        "a_read_only_folder_refuses_even_root",
        Keyring::Absent,
        async |stage| {
            let path = stage.data_dir();
            let Ok(folder) = ReadOnlyFolder::new(&path).map_err(|reason| println!("{reason}"))
            else {
                return Ok(());
            };
            let write = || std::fs::write(path.join("file"), "words");
            ensure(write().is_ok(), || "it refused before it was locked".into())?;
            let Some(()) = or_skip(folder.lock()) else {
                return Ok(());
            };
            ensure(write().is_err(), || "it took a file while locked".into())?;
            ensure(folder.unlock().is_ok() && write().is_ok(), || {
                "it stayed locked".into()
            })
        },
    )
    .await
}

#[tokio::test]
async fn a_full_disk_is_full() -> Verdict {
    story("a_full_disk_is_full", Keyring::Absent, async |stage| {
        let path = stage.data_dir();
        let Some(disk) = or_skip(FullFolder::new(&path, 1)) else {
            return Ok(());
        };
        disk.fill()?;
        let write = || std::fs::write(path.join("file"), "words");
        ensure(write().is_err(), || "there was room for a file".into())?;
        disk.relieve()?;
        ensure(write().is_ok(), || "there was no room after all".into())
    })
    .await
}

/// The finders are told by the search for a secret, so it must see what is there.
#[tokio::test]
async fn a_secret_on_the_disk_is_found() -> Verdict {
    story(
        "a_secret_on_the_disk_is_found",
        Keyring::Absent,
        async |stage| {
            let secret = "ntn_0123456789";
            ensure(stage.files_with(secret)?.is_empty(), || {
                "found before it was written".into()
            })?;
            let file = stage.home().join(".cache/deep");
            let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
            std::fs::write(&file, [b"before".as_slice(), &wide].concat()).expect("write a file");
            let found = stage.files_with(secret)?;
            ensure(found == [file], || format!("found {found:?}"))
        },
    )
    .await
}
