//! Programs of other people: the clients that Notion and its users publish, unmodified, do to the
//! simulator what they do to Notion. What they accept as Notion is what Octavo may rely on.
//!
//! No window, no screen, no keychain. `cargo xtask setup` installs both clients.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use harness::{Fault, Verdict, binary, ensure, target_dir, workspace_root};
use serde_json::{Value, json};
use url::Url;

/// The version that both clients use by themselves, and the present one.
const VERSIONS: [&str; 2] = ["2025-09-03", "2026-03-11"];
/// Nobody listens there: the person's browser is played here, and does not go there.
const REDIRECT: &str = "http://localhost:53682/callback";

#[tokio::test]
async fn the_javascript_client_finds_its_notion() -> Verdict {
    let folder = workspace_root().join("tests/clients/js");
    installed(&folder.join("node_modules/@notionhq/client"))?;
    tell("node".into(), &folder.join("scenario.mjs")).await
}

#[tokio::test]
async fn the_python_client_finds_its_notion() -> Verdict {
    let python = target_dir().join("tools/clients/bin/python");
    installed(&python)?;
    let script = workspace_root().join("tests/clients/python/scenario.py");
    tell(python.into(), &script).await
}

fn installed(path: &Path) -> Verdict {
    ensure(path.exists(), || {
        format!("no {}: `cargo xtask setup` installs it", path.display())
    })
}

/// Runs a scenario once for each version, every time on an empty simulator.
async fn tell(program: OsString, script: &Path) -> Verdict {
    for version in VERSIONS {
        let notion = Notion::start()?;
        let given = json!({
            "version": version,
            "url": notion.hello("url")?,
            "personal_token": notion.hello("personal_access_token")?,
            "client_id": notion.hello("client_id")?,
            "client_secret": notion.hello("client_secret")?,
            "code": notion.sign_in().await?,
            "redirect_uri": REDIRECT,
        });
        let done = Command::new(&program)
            .arg(script)
            .env("OCTAVO_SCENARIO", given.to_string())
            // Nothing between the client and the loopback.
            .env("NO_PROXY", "*")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .map_err(Fault::io(format!("start {}", program.display())))?;
        ensure(done.status.success(), || {
            format!(
                "version {version}: {}\n{}\n{}",
                done.status,
                String::from_utf8_lossy(&done.stdout),
                String::from_utf8_lossy(&done.stderr)
            )
        })?;
    }
    Ok(())
}

/// A simulator of its own; it ends when this is dropped.
struct Notion {
    process: Child,
    hello: Value,
}

impl Notion {
    fn start() -> Result<Self, Fault> {
        let mut process = Command::new(binary("notion-sim")?)
            .args(["--redirect-uri", REDIRECT])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(Fault::io("start notion-sim"))?;
        let mut line = String::new();
        if let Some(out) = process.stdout.take() {
            BufReader::new(out)
                .read_line(&mut line)
                .map_err(Fault::io("read from notion-sim"))?;
        }
        let mut notion = Self {
            process,
            hello: Value::Null,
        };
        notion.hello = serde_json::from_str(&line)?;
        Ok(notion)
    }

    fn hello(&self, name: &str) -> Result<&str, Fault> {
        let text = self.hello.get(name).and_then(Value::as_str);
        text.ok_or_else(|| Fault::program("notion-sim", format!("prints no {name}")))
    }

    /// The person presses Allow on the consent page; answers the code that their browser brings back.
    async fn sign_in(&self) -> Result<String, Fault> {
        let form = [
            ("client_id", self.hello("client_id")?),
            ("response_type", "code"),
            ("owner", "user"),
            ("redirect_uri", REDIRECT),
            ("decision", "allow"),
        ];
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let answer = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?
            .post(format!("{}/consent", self.hello("url")?))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await?;
        let place = answer.headers().get("location");
        let place = place.and_then(|place| Url::parse(place.to_str().ok()?).ok());
        place
            .as_ref()
            .and_then(|place| place.query_pairs().find(|(name, _)| name == "code"))
            .map(|(_, code)| code.into_owned())
            .ok_or_else(|| Fault::Simulator(format!("the consent page answered {answer:?}")))
    }
}

impl Drop for Notion {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
