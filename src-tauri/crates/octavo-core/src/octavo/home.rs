//! The home of an account in Notion: how it stands, and the ways out.

use notion_api::{ApiError, Client, Page, PageId, PageUpdate, Parent};
use octavo_contract::{
    AccountRef, AccountStatus, HomeAct, HomeReport, HomeState, HomeWay, ParentPage,
};

use super::Octavo;
use crate::CoreError;
use crate::store::{PRIORITY_EDIT, Store, Work};
use crate::sync::contents_changed;
use crate::workspace;

/// A page as far as it can be seen.
#[derive(Debug, Clone)]
enum Sight {
    There(Box<Page>),
    InTrash,
    Nowhere,
}

impl Octavo {
    /// How an account's home in Notion stands: each trouble has its own sentence and ways out.
    ///
    /// # Errors
    /// Notion cannot be asked, or the account has none.
    pub async fn home_report(&self, request: AccountRef) -> Result<HomeReport, CoreError> {
        let account = self.in_notion(&request.account).await?;
        let engine = self.engine(&account.id).await?;
        let title = workspace::title(&engine.store).await?;
        let mut report = HomeReport {
            account: request.account,
            state: HomeState::NotMade,
            words: "There is no home in Notion yet. It is made with the first exchange.".to_owned(),
            title,
            remarks: Vec::new(),
            address: None,
            ways: Vec::new(),
            others: Vec::new(),
        };
        let Some(home) = workspace::stored(&engine.store).await? else {
            if account.status == AccountStatus::NeedsParent {
                report.state = HomeState::NeedsParent;
                "This connection cannot make pages at the top of Notion. Choose a page under which \
                 the home is made."
                    .clone_into(&mut report.words);
            }
            return Ok(report);
        };
        report.address = Some(address(&home.root));
        let (root, contents, others) = self.looked_at(&account.id, &home, &report.title).await?;
        if let Sight::There(page) = &root {
            remark(&engine.store, &mut report, page).await?;
        }
        let (state, words, ways) = judged(&root, &contents, others.is_empty());
        report.state = state;
        words.clone_into(&mut report.words);
        report.ways = ways;
        report.others = others;
        Ok(report)
    }

    /// The home's two pages, and others like it.
    async fn looked_at(
        &self,
        account: &str,
        home: &workspace::Home,
        title: &str,
    ) -> Result<(Sight, Sight, Vec<ParentPage>), CoreError> {
        let (home, title) = (&home, &title);
        let (_, seen) = self
            .asked(account, |client| async move {
                let root = sight(&client, &home.root).await?;
                let (contents, others) = if let Sight::There(page) = &root {
                    (
                        sight(&client, &home.contents).await?,
                        workspace::others_like(&client, page, title).await?,
                    )
                } else {
                    (Sight::Nowhere, Vec::new())
                };
                Ok((root, contents, others))
            })
            .await?;
        let (root, contents, others) = seen;
        let others = others.into_iter().map(|page| ParentPage {
            page_id: page.id.to_string(),
            title: page.title,
        });
        Ok((root, contents, others.collect()))
    }

    /// Goes one of the ways out that [`Octavo::home_report`] names, and tells how the home stands then.
    ///
    /// # Errors
    /// It is none of its ways at the moment, or Notion refused it.
    pub async fn home_act(&self, request: HomeAct) -> Result<HomeReport, CoreError> {
        let account = AccountRef {
            account: request.account.clone(),
        };
        let report = self.home_report(account.clone()).await?;
        if !report.ways.contains(&request.way) {
            return Err(CoreError::BadRequest(format!(
                "That cannot be done about this home at the moment. {}",
                report.words
            )));
        }
        let engine = self.engine(&request.account).await?;
        match request.way {
            HomeWay::Restore => self.restore_home(&request.account).await?,
            HomeWay::NewContents => {
                workspace::forget_contents(&engine.store).await?;
                let mut write = engine.store.write().await?;
                contents_changed(&mut write, engine.store.now()).await?;
                write.commit().await?;
            }
            HomeWay::NewHome => send_all_anew(&engine.store).await?,
            HomeWay::LookAgain => {}
            HomeWay::UseOther => {
                let other = request.page.as_deref().and_then(|page| page.parse().ok());
                let known = |page: &PageId| {
                    let id = page.to_string();
                    report.others.iter().any(|other| other.page_id == id)
                };
                let Some(other) = other.filter(known) else {
                    return Err(CoreError::BadRequest(
                        "Name one of the other pages that are like the home.".to_owned(),
                    ));
                };
                workspace::use_root(&engine.store, &other).await?;
            }
        }
        engine.look_at_home();
        self.sync_now(account.clone()).await?;
        self.home_report(account).await
    }

    /// Takes what of the home lies in Notion's trash out of it, because the person said so.
    async fn restore_home(&self, account: &str) -> Result<(), CoreError> {
        let engine = self.engine(account).await?;
        let Some(home) = workspace::stored(&engine.store).await? else {
            return Ok(());
        };
        let home = &home;
        self.asked(account, |client| async move {
            for page in [&home.root, &home.contents] {
                if matches!(sight(&client, page).await?, Sight::InTrash) {
                    let update = PageUpdate {
                        in_trash: Some(false),
                        ..PageUpdate::default()
                    };
                    client.update_page(page, &update).await?;
                }
            }
            Ok(())
        })
        .await
        .map(|_| ())
    }
}

async fn sight(client: &Client, page: &PageId) -> Result<Sight, ApiError> {
    match client.page(page).await {
        Ok(page) if page.in_trash => Ok(Sight::InTrash),
        Ok(page) => Ok(Sight::There(Box::new(page))),
        Err(ApiError::NotFound { .. }) => Ok(Sight::Nowhere),
        Err(error) => Err(error),
    }
}

fn judged(root: &Sight, contents: &Sight, alone: bool) -> (HomeState, &'static str, Vec<HomeWay>) {
    match (root, contents) {
        (Sight::InTrash, _) => (
            HomeState::Trashed,
            "The home lies in Notion's trash. Your notes are safe here: take it out of the trash, or \
             make a new home to which every note is sent again.",
            vec![HomeWay::Restore, HomeWay::NewHome],
        ),
        (Sight::Nowhere, _) => (
            HomeState::NoAccess,
            "Octavo cannot see the home in Notion any more. Share it with this connection again, or \
             make a new home to which every note is sent again; your notes are safe here.",
            vec![HomeWay::LookAgain, HomeWay::NewHome],
        ),
        (Sight::There(_), Sight::InTrash) => (
            HomeState::ContentsGone,
            "The Table of Contents lies in Notion's trash. Take it out, or let Octavo make a new one.",
            vec![HomeWay::Restore, HomeWay::NewContents],
        ),
        (Sight::There(_), Sight::Nowhere) => (
            HomeState::ContentsGone,
            "The Table of Contents is not there any more. Octavo can make a new one.",
            vec![HomeWay::NewContents],
        ),
        (Sight::There(_), Sight::There(_)) if !alone => (
            HomeState::Twice,
            "There is another page like the home. Octavo keeps to the one it has; the other can be \
             used from now on instead, or thrown away in Notion.",
            vec![HomeWay::UseOther],
        ),
        (Sight::There(_), Sight::There(_)) => (HomeState::Ready, "All is well.", Vec::new()),
    }
}

/// What a person changed about the home in Notion: harmless, but worth a word.
async fn remark(store: &Store, report: &mut HomeReport, page: &Page) -> Result<(), CoreError> {
    if !page.title.is_empty() && page.title != report.title {
        report.remarks.push(format!(
            "It was renamed in Notion from “{}” to “{}”. Octavo follows.",
            report.title, page.title
        ));
        report.title.clone_from(&page.title);
    }
    let place = match &page.parent {
        Parent::Page(parent) => parent.to_string(),
        _ => String::new(),
    };
    if workspace::moved(store, &place).await? {
        report
            .remarks
            .push("It was moved to another place in Notion. Octavo follows.".to_owned());
    }
    Ok(())
}

fn address(page: &PageId) -> String {
    format!("https://app.notion.com/p/{}", page.undashed())
}

/// Forgets the home and the pages of all living notes: with the next exchange they are made anew.
async fn send_all_anew(store: &Store) -> Result<(), CoreError> {
    workspace::forget(store).await?;
    let mut write = store.write().await?;
    let now = write.now();
    for id in write.leave_pages().await? {
        write
            .enqueue(&Work::Note(id), PRIORITY_EDIT, now, 0)
            .await?;
    }
    contents_changed(&mut write, now).await?;
    write.commit().await
}
