//! The rehearsal of `octavo doctor --isolation`: four accounts in three workspaces of a Notion on this computer,
//! all of them at work at once while somebody switches between them; then a look at what crossed.
//!
//! Nothing of the person's own data is touched: the rehearsal has a folder and a Notion of its own, and both
//! are gone afterwards. Its tokens are in this process only.

use futures::future::try_join_all;
use notion_sim::{Options, Running, Simulator};
use octavo_contract::{
    AccountAddToken, AccountChooseParent, AccountRef, AccountView, Empty, IsolationLine,
    LinkSearch, NoteCreate, NoteRef, NoteSave, SearchRequest,
};
use octavo_core::{Config, Octavo, VaultKind};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::failure::Failure;

/// What the words of each account, and of nobody else, contain.
const MARKS: [&str; 4] = ["marmalade", "porcupine", "xylophone", "quicksand"];
/// Notes that each account writes.
const NOTES: usize = 5;
const SWITCHES: usize = 100;
/// What the switches are drawn from.
const SEED: u64 = 7;

struct Stage {
    sim: Running,
    http: reqwest::Client,
    core: Octavo,
    accounts: Vec<AccountView>,
}

/// Rehearses, and says line by line what was looked at.
///
/// # Errors
/// The rehearsal could not be carried out at all.
pub(crate) async fn rehearse() -> Result<Vec<IsolationLine>, Failure> {
    let dir = tempfile::tempdir().map_err(internal)?;
    let sim = Simulator::start(Options::default())
        .await
        .map_err(internal)?;
    let core = Octavo::open(Config {
        data_dir: dir.path().join("data"),
        notion_url: sim.url().parse().map_err(internal)?,
        vault: VaultKind::Memory,
        memory_token: None,
        broker_url: None,
        sample: false,
        request_room: Config::REQUEST_ROOM,
    })
    .await?;
    let mut stage = Stage {
        sim,
        http: reqwest::Client::builder()
            .no_proxy()
            .build()
            .map_err(internal)?,
        core,
        accounts: Vec::new(),
    };
    stage.sign_in().await?;
    let work = stage
        .accounts
        .iter()
        .zip(MARKS)
        .map(|(account, mark)| stage.work(account, mark));
    let (_, strange) = tokio::try_join!(try_join_all(work), stage.switch_about())?;
    let mut lines = vec![
        line("what a switch shows", SWITCHES, &strange),
        stage.pages().await?,
        stage.found().await?,
    ];
    lines.extend(stage.core.isolation(Empty {}).await?.lines);
    stage.core.shutdown(std::time::Duration::ZERO).await;
    stage.sim.shutdown().await;
    for line in &mut lines {
        line.what = format!("in the rehearsal: {}", line.what);
    }
    Ok(lines)
}

impl Stage {
    /// A person and an internal connection in the first workspace, a person in each of two others.
    async fn sign_in(&mut self) -> Result<(), Failure> {
        let person = self.sim.personal_access_token().to_owned();
        self.add("One", &person).await?;
        let page = json!({"create": {"parent": "workspace"}, "title": "Team"});
        let page = text(&self.control("edit", page).await?, "id");
        self.control("share", json!({"page_id": page})).await?;
        let internal = self.sim.internal_token().to_owned();
        let account = self.add("Two", &internal).await?.id;
        let chosen = AccountChooseParent {
            account,
            page_id: page,
        };
        self.core.account_choose_parent(chosen).await?;
        for name in ["Three", "Four"] {
            let made = json!({"name": name, "person": name});
            let made = self.control("workspace", made).await?;
            self.add(name, &text(&made, "personal_access_token"))
                .await?;
        }
        Ok(())
    }

    async fn add(&mut self, name: &str, token: &str) -> Result<AccountView, Failure> {
        let added = AccountAddToken {
            token: token.to_owned(),
            name: Some(name.to_owned()),
        };
        let account = self.core.account_add_token(added).await?;
        self.accounts.push(account.clone());
        Ok(account)
    }

    /// Asks the simulator for something that Notion itself has no request for.
    async fn control(&self, what: &str, body: Value) -> Result<Value, Failure> {
        let url = format!("{}/_sim/{what}", self.sim.url());
        let answer = self.http.post(url).json(&body).send().await;
        let answer = answer.and_then(reqwest::Response::error_for_status);
        answer.map_err(internal)?.json().await.map_err(internal)
    }

    /// Writes, changes, throws away and exchanges in one account, while somebody works in its Notion.
    async fn work(&self, account: &AccountView, mark: &str) -> Result<(), Failure> {
        for number in 0..NOTES {
            let note = NoteCreate {
                account: account.id.clone(),
                title: format!("{mark} {number}"),
                body: format!("Words of {mark}."),
                note_type: None,
                tags: vec![mark.to_owned()],
            };
            let made = self.core.capture(note).await?;
            let note = NoteRef {
                account: account.id.clone(),
                note: made.id,
            };
            self.core.sync_now(of(account)).await?;
            let now = self.core.note_read(note.clone()).await?;
            if let Some(page) = &now.page_id {
                let words = json!({"content": format!("From Notion, {mark}."), "position": "end"});
                let edit = json!({"page_id": page, "insert_markdown": words});
                self.control("edit", edit).await?;
            }
            let save = NoteSave {
                account: note.account.clone(),
                note: note.note.clone(),
                base_version: now.version,
                title: now.title,
                body: format!("More of {mark}.\n\n{}", now.body),
            };
            self.core.note_save(save).await?;
            if number + 1 == NOTES {
                self.core.note_trash(note).await?;
            }
        }
        self.core.sync_now(of(account)).await?;
        Ok(())
    }

    /// Switches from account to account; answers the titles that were shown in a wrong one.
    async fn switch_about(&self) -> Result<Vec<String>, Failure> {
        let mut strange = Vec::new();
        let mut random = StdRng::seed_from_u64(SEED);
        for _ in 0..SWITCHES {
            let at = random.random_range(0..MARKS.len());
            let Some((account, mark)) = self.accounts.get(at).zip(MARKS.get(at)) else {
                continue;
            };
            self.core.account_switch(of(account)).await?;
            let shown = self.core.note_list(of(account)).await?.notes;
            let tray = self.core.tray_state().await?.recent;
            let titles = shown.into_iter().map(|note| note.title);
            let titles = titles.chain(tray.into_iter().map(|note| note.title));
            strange.extend(titles.filter(|title| !title.contains(mark)));
            tokio::task::yield_now().await;
        }
        Ok(strange)
    }

    /// Every page in Notion has the words of one account only, and those of an account are in one workspace.
    async fn pages(&self) -> Result<IsolationLine, Failure> {
        let url = format!("{}/_sim/tree", self.sim.url());
        let tree = self.http.get(url).send().await.map_err(internal)?;
        let tree: Value = tree.json().await.map_err(internal)?;
        let pages = tree.get("pages").and_then(Value::as_array);
        let pages = pages.map(Vec::as_slice).unwrap_or_default();
        let mut strange = Vec::new();
        let mut homes: Vec<(&str, String)> = Vec::new();
        for page in pages {
            let whole = page.to_string();
            let marks: Vec<&str> = MARKS
                .into_iter()
                .filter(|mark| whole.contains(mark))
                .collect();
            if marks.len() > 1 {
                strange.push(text(page, "title"));
            }
            homes.extend(marks.iter().map(|mark| (*mark, text(page, "workspace_id"))));
        }
        homes.sort_unstable();
        homes.dedup();
        for mark in MARKS {
            if homes.iter().filter(|home| home.0 == mark).count() != 1 {
                strange.push(format!("{mark}: not in exactly one workspace"));
            }
        }
        Ok(line("pages in Notion", pages.len(), &strange))
    }

    /// Neither the search nor what is offered for a link knows a note of another account.
    async fn found(&self) -> Result<IsolationLine, Failure> {
        let (mut asked, mut strange) = (0, Vec::new());
        for (at, account) in self.accounts.iter().enumerate() {
            self.core.search_prepare(&account.id).await?;
            for (other, mark) in MARKS.iter().enumerate() {
                asked += 1;
                let search = SearchRequest {
                    account: Some(account.id.clone()),
                    query: (*mark).to_owned(),
                    limit: 50,
                };
                let offered = LinkSearch {
                    account: account.id.clone(),
                    text: (*mark).to_owned(),
                };
                let hits = self.core.search(search).await?.hits;
                let offered = self.core.link_targets(offered).await?.notes;
                let own = at == other;
                if own && hits.is_empty() {
                    strange.push(format!("{mark} is not found in its own account"));
                }
                let titles = hits.into_iter().map(|hit| hit.note.title);
                let titles = titles.chain(offered.into_iter().map(|note| note.title));
                strange.extend(titles.filter(|title| own != title.contains(mark)));
            }
        }
        Ok(line("what search and links find", asked, &strange))
    }
}

fn of(account: &AccountView) -> AccountRef {
    AccountRef {
        account: account.id.clone(),
    }
}

fn text(value: &Value, key: &str) -> String {
    let found = value.get(key).and_then(Value::as_str);
    found.unwrap_or_default().to_owned()
}

fn line(what: &str, looked_at: usize, strange: &[String]) -> IsolationLine {
    IsolationLine {
        what: what.to_owned(),
        holds: strange.is_empty(),
        found: if strange.is_empty() {
            format!("{looked_at} looked at")
        } else {
            strange.join(", ")
        },
    }
}

fn internal(error: impl std::error::Error) -> Failure {
    Failure::Internal(error.to_string())
}
