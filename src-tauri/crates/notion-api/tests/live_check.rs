//! The program for people with an account, tried against the simulator.
#![cfg(test)]

#[path = "../examples/live-check/checks.rs"]
mod checks;

use std::time::Duration;

use notion_api::{Client, ClientConfig, NewPage, Parent};
use notion_sim::{Options, Simulator};
use secrecy::SecretString;

#[tokio::test]
async fn every_question_is_answered_and_nothing_stays() {
    let simulator = Simulator::start(Options::default()).await.unwrap();
    let token = SecretString::from(simulator.personal_access_token());
    let client = Client::new(ClientConfig::new(simulator.url().parse().unwrap(), token)).unwrap();
    let home = NewPage::new(Parent::Workspace, "Home");
    let home = client.create_page(&home).await.unwrap();

    let findings = checks::all(&client, home.id, Duration::from_secs(20))
        .await
        .unwrap();
    for finding in &findings {
        println!("{finding:?}");
    }
    let mut questions: Vec<u8> = findings.iter().map(|finding| finding.question).collect();
    questions.dedup();
    assert_eq!(questions, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    let answer = |asked: &str| {
        let finding = findings
            .iter()
            .find(|finding| finding.asked.contains(asked));
        finding.map(|finding| finding.answer.as_str()).unwrap()
    };
    // What the simulator is known to do.
    assert_eq!(answer("how fine"), "a minute");
    assert!(answer("when does the search").starts_with("after "));
    for asked in ["mailto:", "relative links", "unknown page"] {
        let answer = answer(asked);
        assert!(answer == "yes" || answer.starts_with("no: "), "{answer}");
    }
    assert!(answer("replace_content keep").ends_with(" ids are kept when one of 3 blocks changes"));
    assert!(answer("how much Markdown").starts_with("450 KB: taken; 600 KB: refused"));
    assert_eq!(
        answer("users/me"),
        "it acts for a person; the workspace's id is there"
    );

    // Nothing but the trashed page was made below the given one.
    let left: Vec<_> = client.all_children(&home.id).await.unwrap();
    assert_eq!(left.len(), 0, "{left:?}");
}
