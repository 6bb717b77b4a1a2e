//! `octavo home`

use octavo_contract::{
    AccountChooseParent, AccountRef, HomeAct, HomeReport, HomeState, HomeWay, ParentPage,
};
use octavo_core::Octavo;

use crate::{
    args::HomeCommand,
    failure::Failure,
    output::{Exit, Outcome},
};

/// Tells how the home stands, or goes a way out.
pub(crate) async fn home(
    core: &Octavo,
    account: Option<&str>,
    way: Option<HomeCommand>,
) -> Result<Outcome, Failure> {
    let account = core.find_account(account).await?.id;
    let (way, page) = match way {
        None => return told(&core.home_report(AccountRef { account }).await?),
        Some(HomeCommand::Parent { page: None }) => {
            let pages = core.account_parent_pages(AccountRef { account }).await?;
            let words: String = pages.pages.iter().map(line).collect();
            return Outcome::new(&pages, words);
        }
        Some(HomeCommand::Parent {
            page: Some(page_id),
        }) => {
            let choose = AccountChooseParent {
                account: account.clone(),
                page_id,
            };
            core.account_choose_parent(choose).await?;
            let account = AccountRef { account };
            core.sync_now(account.clone()).await?;
            return told(&core.home_report(account).await?);
        }
        Some(HomeCommand::Restore) => (HomeWay::Restore, None),
        Some(HomeCommand::NewContents) => (HomeWay::NewContents, None),
        Some(HomeCommand::New) => (HomeWay::NewHome, None),
        Some(HomeCommand::Look) => (HomeWay::LookAgain, None),
        Some(HomeCommand::Use { page }) => (HomeWay::UseOther, Some(page)),
    };
    let act = HomeAct { account, way, page };
    told(&core.home_act(act).await?)
}

fn told(report: &HomeReport) -> Result<Outcome, Failure> {
    let mut words = format!("{}: {}\n", report.title, report.words);
    for remark in &report.remarks {
        words.push_str(remark);
        words.push('\n');
    }
    words.extend(report.others.iter().map(line));
    for way in &report.ways {
        let way = match way {
            HomeWay::Restore => "octavo home restore",
            HomeWay::NewContents => "octavo home new-contents",
            HomeWay::NewHome => "octavo home new",
            HomeWay::LookAgain => "octavo home look",
            HomeWay::UseOther => "octavo home use PAGE",
        };
        words.extend(["  ", way, "\n"]);
    }
    let well = matches!(report.state, HomeState::Ready | HomeState::NotMade);
    let exit = if well {
        Exit::Done
    } else {
        Exit::NotInNotionYet
    };
    Ok(Outcome::new(report, words)?.exit(exit))
}

fn line(page: &ParentPage) -> String {
    format!("  {}  {}\n", page.page_id, page.title)
}
