//! The desktop app in its window, met through what it shows: roles, names and words.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::driver::{Driver, element_argument, element_of};
use crate::process::{alive, freeze, kill};
use crate::{AppOptions, Fault, Look, Stage, wait_until};

const PAGE: &str = include_str!("page.js");

/// A running app.
#[derive(Debug)]
pub struct App {
    driver: Driver,
    display: String,
    errors: PathBuf,
}

impl App {
    pub(crate) async fn open(stage: &Stage, options: AppOptions) -> Result<Self, Fault> {
        let starter = options.write_starter(stage)?;
        Ok(Self {
            driver: Driver::start(stage, &starter).await?,
            display: stage.display().to_owned(),
            errors: stage.logs().join("app.err"),
        })
    }

    /// The app's process.
    pub fn pid(&self) -> i32 {
        self.driver.app()
    }

    /// When its process began, in milliseconds since 1970, as a page's clock counts.
    pub fn started_at(&self) -> f64 {
        self.driver.started_at()
    }

    async fn ask(&self, what: &str, role: &str, name: &str) -> Result<Value, Fault> {
        let answer = self.driver.run(PAGE, json!([what, role, name])).await;
        answer.map_err(|fault| self.or_ended(fault))
    }

    /// A fault, or the better reason for it that the app has ended.
    fn or_ended(&self, fault: Fault) -> Fault {
        if alive(self.pid()) {
            return fault;
        }
        let words = fs::read_to_string(&self.errors).unwrap_or_default();
        let mut last: Vec<&str> = words.lines().rev().take(6).collect();
        last.reverse();
        Fault::Ended(last.join("\n"))
    }

    /// Runs a script of one's own in the page.
    pub async fn run(&self, script: &str) -> Result<Value, Fault> {
        self.driver
            .run(script, json!([]))
            .await
            .map_err(|fault| self.or_ended(fault))
    }

    /// Waits until something of that role (or of one of `a|b`) and name is on the screen.
    pub async fn find(&self, role: &str, name: &str) -> Result<Element<'_>, Fault> {
        wait_until(
            &format!("there is a {role} named {name:?}"),
            async || match element_of(&self.ask("find", role, name).await?) {
                Some(id) => Ok(Look::Yes(Element { app: self, id })),
                None => Ok(Look::NotYet(self.outline().await?)),
            },
        )
        .await
    }

    /// Whether something of that role and name is on the screen now.
    pub async fn shows(&self, role: &str, name: &str) -> Result<bool, Fault> {
        Ok(element_of(&self.ask("find", role, name).await?).is_some())
    }

    /// Waits until the list, tree or group `container` has an item named `name`.
    pub async fn item(&self, container: &str, name: &str) -> Result<Element<'_>, Fault> {
        wait_until(
            &format!("{container:?} has an item named {name:?}"),
            async || match element_of(&self.ask("item", container, name).await?) {
                Some(id) => Ok(Look::Yes(Element { app: self, id })),
                None => Ok(Look::NotYet(format!("{:?}", self.items(container).await?))),
            },
        )
        .await
    }

    /// The names of the items of a list, tree or group.
    pub async fn items(&self, container: &str) -> Result<Vec<String>, Fault> {
        Ok(strings(&self.ask("items", container, "").await?))
    }

    /// Every piece of text with that role (`alert`, `status`, …).
    pub async fn texts(&self, role: &str) -> Result<Vec<String>, Fault> {
        Ok(strings(&self.ask("texts", role, "").await?))
    }

    /// All words on the screen.
    pub async fn text(&self) -> Result<String, Fault> {
        Ok(self
            .ask("text", "", "")
            .await?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// Roles and names of everything on the screen, a line each.
    pub async fn outline(&self) -> Result<String, Fault> {
        Ok(self
            .ask("outline", "", "")
            .await?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// Waits until a text of that role holds `words` (any case); answers the whole text.
    pub async fn says(&self, role: &str, words: &str) -> Result<String, Fault> {
        let low = words.to_lowercase();
        wait_until(&format!("a {role} says {words:?}"), async || {
            let texts = self.texts(role).await?;
            let found = texts
                .iter()
                .find(|text| text.to_lowercase().contains(&low))
                .cloned();
            Ok(found.map_or_else(|| Look::NotYet(format!("{texts:?}")), Look::Yes))
        })
        .await
    }

    /// Waits until `words` (any case) are anywhere on the screen.
    pub async fn reads(&self, words: &str) -> Result<(), Fault> {
        let low = words.to_lowercase();
        wait_until(&format!("the window shows {words:?}"), async || {
            let text = self.text().await?;
            Ok(if text.to_lowercase().contains(&low) {
                Look::Yes(())
            } else {
                Look::NotYet(text)
            })
        })
        .await
    }

    /// Waits for the first full paint.
    pub async fn painted(&self) -> Result<(), Fault> {
        wait_until("the window is painted", async || {
            let seen = self
                .run("return document.documentElement.dataset.painted ?? null")
                .await?;
            Ok(if seen.is_null() {
                Look::NotYet("not painted".into())
            } else {
                Look::Yes(())
            })
        })
        .await
    }

    /// Presses keys with others held down (`"\u{E009}"` is Control, `"\u{E00A}"` Alt).
    pub async fn keys(&self, held: &str, keys: &str) -> Result<(), Fault> {
        self.driver.keys(held, keys).await
    }

    /// Turns to the window of quick capture; everything said of the app is about that from now on.
    pub async fn turn_to_capture(&self) -> Result<(), Fault> {
        self.turn_to("Quick capture").await
    }

    /// Turns to the main window.
    pub async fn turn_to_main(&self) -> Result<(), Fault> {
        // Its page's title is the app's name alone.
        self.turn_to("Octavo").await
    }

    async fn turn_to(&self, title: &str) -> Result<(), Fault> {
        wait_until(&format!("there is a window {title:?}"), async || {
            let there = self.driver.turn_to(title).await;
            Ok(if there.map_err(|fault| self.or_ended(fault))? {
                Look::Yes(())
            } else {
                Look::NotYet("other windows".into())
            })
        })
        .await
    }

    /// Makes the window that large.
    pub async fn resize(&self, width: u32, height: u32) -> Result<(), Fault> {
        self.driver.resize(width, height).await?;
        // The window has its new size at once, the page is laid out and drawn anew a little later.
        let drawn = "return window.innerWidth === WIDTH \
             && (window.octavoDrawn ??= { at: 0, begun: false }, window.octavoDrawn.begun \
                 || (window.octavoDrawn.begun = true, requestAnimationFrame(() => \
                     requestAnimationFrame(() => (window.octavoDrawn.at = WIDTH)))), \
                 window.octavoDrawn.at === WIDTH)"
            .replace("WIDTH", &width.to_string());
        self.run("delete window.octavoDrawn").await?;
        wait_until("the page fills its window", async || {
            Ok(if self.run(&drawn).await?.as_bool() == Some(true) {
                Look::Yes(())
            } else {
                Look::NotYet("not drawn yet".into())
            })
        })
        .await
    }

    /// Keeps a picture of the page.
    pub async fn screenshot(&self, to: &Path) -> Result<(), Fault> {
        let picture = unbase64(&self.driver.picture().await?);
        fs::write(to, picture).map_err(Fault::io(format!("write {}", to.display())))
    }

    /// Ends the app as a power cut would.
    pub fn kill_9(&self) {
        kill(self.pid());
    }

    /// The app is there, and does nothing any more.
    pub fn freeze(&self) {
        freeze(self.pid());
    }

    /// Closes the window as its frame's button does, and waits until the app has ended.
    pub async fn quit(&self) -> Result<(), Fault> {
        crate::frame::close_windows_of(&self.display, self.pid())?;
        self.ended().await
    }

    /// Waits until the app's process has ended.
    pub async fn ended(&self) -> Result<(), Fault> {
        wait_until("the app has ended", async || {
            Ok(if alive(self.pid()) {
                Look::NotYet("running".into())
            } else {
                Look::Yes(())
            })
        })
        .await
    }
}

/// Something on the screen.
#[derive(Debug)]
pub struct Element<'a> {
    app: &'a App,
    id: String,
}

impl Element<'_> {
    /// Clicks it.
    pub async fn click(&self) -> Result<(), Fault> {
        self.app.driver.click(&self.id).await
    }

    /// Types into it, after what is there.
    pub async fn type_text(&self, text: &str) -> Result<(), Fault> {
        self.app.driver.type_into(&self.id, text).await
    }

    /// Empties a field.
    pub async fn clear(&self) -> Result<(), Fault> {
        self.app.driver.clear(&self.id).await
    }

    /// What it holds: the value of a field, or its visible text.
    pub async fn text(&self) -> Result<String, Fault> {
        let script = "const e = arguments[0]; return e.value ?? e.innerText ?? ''";
        let value = self
            .app
            .driver
            .run(script, json!([element_argument(&self.id)]))
            .await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// One of its attributes.
    pub async fn attribute(&self, name: &str) -> Result<Option<String>, Fault> {
        let script = "return arguments[0].getAttribute(arguments[1])";
        let value = self
            .app
            .driver
            .run(script, json!([element_argument(&self.id), name]))
            .await?;
        Ok(value.as_str().map(str::to_owned))
    }
}

fn strings(value: &Value) -> Vec<String> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// Decodes what the driver sends; anything that is not of the alphabet is skipped.
fn unbase64(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut have) = (0_u32, 0_u32);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = (bits << 6) | u32::from(value);
        have += 6;
        if have >= 8 {
            have -= 8;
            out.push(u8::try_from((bits >> have) & 0xff).unwrap_or_default());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::unbase64;

    #[test]
    fn base64_is_decoded() {
        assert_eq!(unbase64("aGVsbG8="), b"hello");
        assert_eq!(unbase64("aGVs\nbG8h"), b"hello!");
        assert_eq!(unbase64("/+8="), [0xff, 0xef]);
    }
}
