//! The stage itself: what the other stories stand on.

use std::process::Stdio;

use harness::{Keyring, Stage, Verdict, ensure, story};

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
