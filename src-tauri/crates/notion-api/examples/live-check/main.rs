//! Settles with a real account what no documentation says about Notion.
//!
//! ```text
//! cargo xtask live-check
//! ```
//!
//! It asks for a token and for a page, works only in a page of its own below that, puts this page
//! into the trash, and prints a table. The token is read from `NOTION_TOKEN`, else from the terminal;
//! it is kept nowhere. Five of the twelve questions need more than a token: of these it asks what the
//! person has found out.
#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

mod checks;

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::process::Command;
use std::time::Duration;

use checks::BY_HAND;
use notion_api::{Client, ClientConfig, NOTION_URL, PageId};
use secrecy::SecretString;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let token = match std::env::var("NOTION_TOKEN") {
        Ok(token) => token,
        Err(_) => hidden("Token (personal access token or internal token): ")?,
    };
    let address = asked("Address of a page below which a page may be made: ")?;
    let page = PageId::from_address(&address).ok_or("that is not the address of a Notion page")?;
    // Another address is for trying this program itself.
    let url = std::env::var("NOTION_URL").unwrap_or_else(|_| NOTION_URL.to_owned());
    let client = Client::new(ClientConfig::new(url.parse()?, SecretString::from(token)))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    println!("This takes about two minutes.");
    let mut findings = runtime.block_on(checks::all(&client, page, Duration::from_mins(1)))?;
    println!("\nA token settles no more. Say what you found out, or press Enter:");
    for open in BY_HAND {
        println!("\n{}. {}?\n   {}", open.question, open.asked, open.how);
        findings.push(open.settled(&asked("   > ")?));
    }
    findings.sort_by_key(|finding| finding.question);
    println!("\n{:>2}  {:<55}  answer", "no", "question");
    for finding in findings {
        println!(
            "{:>2}  {:<55}  {}",
            finding.question, finding.asked, finding.answer
        );
    }
    Ok(())
}

fn asked(question: &str) -> Outcome<String> {
    let mut out = io::stdout();
    write!(out, "{question}")?;
    out.flush()?;
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

/// Asks without showing what is typed, where the terminal can do that.
fn hidden(question: &str) -> Outcome<String> {
    let echo = |how: &str| {
        if io::stdin().is_terminal() {
            // A terminal without `stty` shows it.
            let _ = Command::new("stty").arg(how).status();
        }
    };
    echo("-echo");
    let answer = asked(question);
    echo("echo");
    println!();
    answer
}
