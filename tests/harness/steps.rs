//! What a person does in the window, in a few words each.

use std::fs;

use crate::process::alive;
use crate::{App, Fault, Look, Stage, tree_of, wait_until};

impl App {
    /// From the first start: pastes a token and waits for the room to write in.
    pub async fn sign_in(&self, token: &str) -> Result<(), Fault> {
        self.painted().await?;
        self.paste_token(token).await?;
        self.find("button", "New note").await.map(drop)
    }

    /// Pastes a token where the window asks for one, and presses "Connect".
    pub async fn paste_token(&self, token: &str) -> Result<(), Fault> {
        if !self.shows("textbox", "Token").await? {
            self.find("button", "Use a personal access token")
                .await?
                .click()
                .await?;
        }
        self.find("textbox", "Token")
            .await?
            .type_text(token)
            .await?;
        self.find("button", "Connect").await?.click().await
    }

    /// From the first start: goes on without Notion.
    pub async fn start_without_notion(&self) -> Result<(), Fault> {
        self.find("button", "Start without Notion")
            .await?
            .click()
            .await?;
        self.find("button", "New note").await.map(drop)
    }

    /// Starts a note with a title and a body.
    pub async fn write_note(&self, title: &str, body: &str) -> Result<(), Fault> {
        self.find("button", "New note").await?.click().await?;
        wait_until("a fresh note is open", async || {
            let open = self.find("textbox", "Title").await?.text().await?;
            Ok(if open.is_empty() {
                Look::Yes(())
            } else {
                Look::NotYet(open)
            })
        })
        .await?;
        self.find("textbox", "Title")
            .await?
            .type_text(title)
            .await?;
        let note = self.find("textbox", "Note").await?;
        note.click().await?;
        note.type_text(body).await
    }

    /// Opens a note from the list.
    pub async fn open_note(&self, title: &str) -> Result<(), Fault> {
        self.item("Notes", title).await?.click().await?;
        wait_until(&format!("the note {title:?} is open"), async || {
            let open = self.find("textbox", "Title").await?.text().await?;
            Ok(if open.trim() == title {
                Look::Yes(())
            } else {
                Look::NotYet(open)
            })
        })
        .await
    }

    /// Waits until the chip of the open note says `words`.
    pub async fn chip(&self, words: &str) -> Result<String, Fault> {
        self.says("status", words).await
    }

    /// What the editor shows.
    pub async fn body(&self) -> Result<String, Fault> {
        self.find("textbox", "Note").await?.text().await
    }

    /// Every process of the app whose arguments or environment hold `secret`.
    pub fn processes_showing(&self, secret: &str) -> Vec<i32> {
        let shows = |pid: i32, file: &str| {
            fs::read(format!("/proc/{pid}/{file}"))
                .is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(secret))
        };
        tree_of(self.pid())
            .into_iter()
            .filter(|pid| shows(*pid, "cmdline") || shows(*pid, "environ"))
            .collect()
    }

    /// Whether the app's process is there.
    pub fn is_running(&self) -> bool {
        alive(self.pid())
    }
}

/// What a person does with quick capture.
impl App {
    /// Presses the shortcut wherever the keyboard is, and waits for the caret in the text.
    pub async fn call_capture(&self, stage: &Stage) -> Result<(), Fault> {
        wait_until("the shortcut brings up quick capture", async || {
            // A fresh app takes its keys a moment after its first paint.
            stage.press("ctrl+shift+space")?;
            crate::wait_until_within(
                std::time::Duration::from_secs(3),
                "it has the keyboard",
                async || stage.has_focus("Quick capture"),
            )
            .await
            .map(Look::Yes)
        })
        .await?;
        self.turn_to_capture().await?;
        wait_until("the caret is in the text", async || {
            let caret = "return document.activeElement?.tagName === 'TEXTAREA' \
                         && document.hasFocus()";
            let ready = self.run(caret).await?;
            Ok(crate::look(ready.as_bool() == Some(true), ready))
        })
        .await
    }

    /// Waits until this is the text in quick capture.
    pub async fn captures(&self, text: &str) -> Result<(), Fault> {
        wait_until(&format!("{text:?} is typed"), async || {
            let found = self.find("textbox", "Note").await?.text().await?;
            Ok(crate::look(found == text, found))
        })
        .await
    }

    /// Sets how long a captured note can be called back, as a person does, and waits until it is kept.
    pub async fn set_undo_seconds(&self, seconds: u64) -> Result<(), Fault> {
        const FIELD: &str = "Time to call a captured note back";
        self.settings("Capture").await?;
        let field = self.find("textbox", FIELD).await?;
        field.clear().await?;
        field.type_text(&format!("{seconds}\n")).await?;
        self.find("button", "Back to your notes")
            .await?
            .click()
            .await?;
        self.settings("Capture").await?;
        wait_until("the time is set", async || {
            let text = self.find("textbox", FIELD).await?.text().await?;
            Ok(crate::look(text == seconds.to_string(), text))
        })
        .await?;
        self.find("button", "Back to your notes")
            .await?
            .click()
            .await
    }

    /// Opens a section of the settings.
    pub async fn settings(&self, section: &str) -> Result<(), Fault> {
        // The page may draw a button anew between finding and clicking it: then it is found again.
        wait_until("the settings are opened", async || {
            self.find("button", "Settings").await?.click().await?;
            Ok(Look::Yes(()))
        })
        .await?;
        wait_until(&format!("the section {section:?} is opened"), async || {
            // In the settings' own list: the rail has buttons with such names too.
            self.item("Settings", section).await?.click().await?;
            Ok(Look::Yes(()))
        })
        .await?;
        self.find("heading", section).await.map(drop)
    }
}

impl Stage {
    /// All files of the person and of the app that hold `secret`: home folder, data folder, and
    /// everything the app printed.
    pub fn files_with(&self, secret: &str) -> Result<Vec<std::path::PathBuf>, Fault> {
        crate::files_holding(secret, &[&self.home(), &self.data_dir(), &self.logs()])
    }
}
