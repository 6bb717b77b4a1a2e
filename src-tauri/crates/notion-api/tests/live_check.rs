//! The program for people with an account, tried against the simulator.
#![cfg(test)]

#[path = "../examples/live-check/checks.rs"]
mod checks;

use std::time::Duration;

use notion_api::{Client, ClientConfig, NewPage, PageId, Parent};
use notion_sim::{Options, Running, Simulator};
use secrecy::SecretString;

/// A simulated Notion, and a page in it.
async fn home() -> (Running, Client, PageId) {
    let simulator = Simulator::start(Options::default()).await.unwrap();
    let token = SecretString::from(simulator.personal_access_token());
    let client = Client::new(ClientConfig::new(simulator.url().parse().unwrap(), token)).unwrap();
    let home = NewPage::new(Parent::Workspace, "Home");
    let home = client.create_page(&home).await.unwrap().id;
    (simulator, client, home)
}

#[tokio::test]
async fn every_question_is_answered_and_nothing_stays() {
    let (_simulator, client, home) = home().await;
    let mut findings = checks::all(&client, home, Duration::from_secs(20))
        .await
        .unwrap();
    findings.extend(checks::BY_HAND.map(|open| open.settled("")));
    findings.sort_by_key(|finding| finding.question);
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
    assert!(answer("second sign-in").starts_with("open: sign in on two"));

    // Nothing but the trashed page was made below the given one.
    let left: Vec<_> = client.all_children(&home).await.unwrap();
    assert_eq!(left.len(), 0, "{left:?}");
}

/// The program itself, at a terminal.
#[cfg(unix)]
mod at_a_terminal {
    use std::fs::File;
    use std::io::{Read, Write};
    use std::path::PathBuf;
    use std::process::{Command, Stdio};

    use rustix::fs::{Mode, OFlags};
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    use super::home;

    /// The program, which cargo builds with the tests and puts beside them.
    fn program() -> PathBuf {
        let test = std::env::current_exe().unwrap();
        let built = test.parent().and_then(|deps| deps.parent()).unwrap();
        let program = built.join("examples/live-check");
        let how = "cargo build -p notion-api --example live-check";
        assert!(program.is_file(), "{program:?} is not built: {how}");
        program
    }

    /// A person at the other end of a terminal.
    struct Person {
        terminal: File,
        seen: String,
    }

    impl Person {
        /// A terminal, and its other end for a program.
        fn sit_down() -> (Self, File) {
            let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
            grantpt(&terminal).unwrap();
            unlockpt(&terminal).unwrap();
            let name = ptsname(&terminal, Vec::new()).unwrap();
            let flags = OFlags::RDWR | OFlags::NOCTTY;
            let other = rustix::fs::open(name, flags, Mode::empty()).unwrap();
            let person = Self {
                terminal: terminal.into(),
                seen: String::new(),
            };
            (person, other.into())
        }

        /// Reads until the words are on the screen; answers whether they came before the end.
        fn sees(&mut self, words: &str) -> bool {
            let mut some = [0; 4096];
            while !self.seen.contains(words) {
                match self.terminal.read(&mut some) {
                    // A terminal whose program has ended says so with an error.
                    Ok(0) | Err(_) => return false,
                    Ok(count) => self
                        .seen
                        .push_str(&String::from_utf8_lossy(some.get(..count).unwrap())),
                }
            }
            true
        }

        /// Answers a question.
        fn answers(&mut self, question: &str, words: &str) {
            assert!(self.sees(question), "{question}: {}", self.seen);
            writeln!(self.terminal, "{words}").unwrap();
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_person_answers_and_the_token_is_never_shown() {
        let (simulator, client, home) = home().await;
        let token = simulator.personal_access_token().to_owned();
        let url = simulator.url().to_owned();
        let address = client.page(&home).await.unwrap().url.unwrap();
        let shown = tokio::task::spawn_blocking(move || {
            let (mut person, screen) = Person::sit_down();
            let end = || Stdio::from(screen.try_clone().unwrap());
            let mut program = Command::new(program())
                .env_remove("NOTION_TOKEN")
                .env("NOTION_URL", url)
                .stdin(end())
                .stdout(end())
                .stderr(end())
                .spawn()
                .unwrap();
            drop(screen);
            person.answers("Token", &token);
            person.answers("Address", &address);
            person.answers("1. which redirect", "localhost only");
            for question in ["2. does", "3. does", "4. what", "10. do two"] {
                person.answers(question, "");
            }
            assert!(person.sees("users/me"), "{}", person.seen);
            while person.sees("never on the screen") {}
            assert!(program.wait().unwrap().success(), "{}", person.seen);
            assert!(!person.seen.contains(&token), "{}", person.seen);
            person.seen
        });
        let shown = shown.await.unwrap();
        let (_, table) = shown.split_once("question").unwrap();
        assert!(table.contains("by hand: localhost only"), "{table}");
        assert!(table.contains("open: sign in on two computers"), "{table}");
        assert!(table.contains("a minute"), "{table}");
        let left: Vec<_> = client.all_children(&home).await.unwrap();
        assert_eq!(left.len(), 0, "{left:?}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn without_a_terminal_it_reads_its_input() {
        let (simulator, _client, home) = home().await;
        let (token, url) = (
            simulator.personal_access_token().to_owned(),
            simulator.url().to_owned(),
        );
        let run = tokio::task::spawn_blocking(move || {
            let mut program = Command::new(program())
                .env("NOTION_TOKEN", token)
                .env("NOTION_URL", url)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            // Whoever pipes answers may have fewer than there are questions.
            writeln!(
                program.stdin.take().unwrap(),
                "https://app.notion.com/p/{home}"
            )
            .unwrap();
            program.wait_with_output().unwrap()
        });
        let run = run.await.unwrap();
        let said = String::from_utf8_lossy(&run.stdout);
        assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
        assert!(
            said.contains("open: enter http://localhost:8080/c"),
            "{said}"
        );
        assert_eq!(String::from_utf8_lossy(&run.stderr), "");
    }
}
