//! Addresses that leave the app, only to the system's programs: Notion's own, and those of the web
//! and of mailboxes that a person follows in a note.

use url::{Host, Url};

use crate::error::ShellError;

/// Where a person makes a personal access token.
///
/// Notion's quick start names it ("Open Personal access tokens in the Developer portal",
/// <https://developers.notion.com/guides/notion-api/quick-start>).
pub(crate) const TOKEN_PAGE: &str = "https://www.notion.so/developers/tokens";

/// Notion's hosts; published pages live on subdomains of the last.
const HOSTS: [&str; 5] = [
    "app.notion.com",
    "www.notion.com",
    "notion.com",
    "www.notion.so",
    "notion.so",
];
const SITES: &str = ".notion.site";

/// Opens an address of Notion in the system's browser.
pub(crate) async fn open(address: Url) -> Result<(), ShellError> {
    if !is_notion(&address) {
        return Err(ShellError::ForeignAddress(address.to_string()));
    }
    start_browser(address).await
}

/// Opens the address at which a sign-in begins. It is the core's own; on this computer it may be
/// unencrypted, if that is where Notion or the broker was configured to be.
pub(crate) async fn open_sign_in(address: Url, on_this_computer: bool) -> Result<(), ShellError> {
    if !is_sign_in(&address, on_this_computer) {
        return Err(ShellError::ForeignAddress(address.to_string()));
    }
    start_browser(address).await
}

/// Opens an address that a person followed in a note.
pub(crate) async fn open_link(address: &str) -> Result<(), ShellError> {
    let refused = || ShellError::UnknownLink(address.chars().take(200).collect());
    let link = Url::parse(address.trim()).map_err(|_| refused())?;
    if !is_link(&link) {
        return Err(refused());
    }
    start_browser(link).await
}

/// Whether this is an address of the web, without a name that could mislead about its host, or of a
/// mailbox. Any other scheme would start whatever program claims it.
fn is_link(address: &Url) -> bool {
    match address.scheme() {
        "https" | "http" => {
            address.has_host() && address.username().is_empty() && address.password().is_none()
        }
        "mailto" => !address.path().is_empty(),
        _ => false,
    }
}

fn is_sign_in(address: &Url, on_this_computer: bool) -> bool {
    let plain = address.username().is_empty() && address.password().is_none();
    let local = matches!(address.host_str(), Some("localhost" | "127.0.0.1"));
    match address.scheme() {
        "https" => plain && address.host_str().is_some(),
        "http" => plain && local && on_this_computer,
        _ => false,
    }
}

async fn start_browser(address: Url) -> Result<(), ShellError> {
    let text = address.to_string();
    // Starting a browser may take a while, and must not hold up anything else.
    let opened = tokio::task::spawn_blocking(move || {
        tauri_plugin_opener::open_url(address.as_str(), None::<&str>)
            .map_err(|error| error.to_string())
    })
    .await
    .unwrap_or_else(|error| Err(error.to_string()));
    opened.map_err(|reason| ShellError::Browser {
        address: text,
        reason,
    })
}

/// Whether this is a page of Notion's, without a name, password or port that could mislead.
fn is_notion(address: &Url) -> bool {
    let plain = address.scheme() == "https"
        && address.username().is_empty()
        && address.password().is_none()
        && address.port().is_none();
    let Some(Host::Domain(host)) = address.host() else {
        return false;
    };
    plain
        && (HOSTS.contains(&host)
            || host
                .strip_suffix(SITES)
                .is_some_and(|name| !name.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(address: &str) -> bool {
        Url::parse(address).is_ok_and(|address| is_notion(&address))
    }

    #[test]
    fn notions_own_addresses_are_opened() {
        assert!(allowed(TOKEN_PAGE));
        assert!(allowed(
            "https://app.notion.com/p/2ad1b4f5e6c78090a1b2c3d4e5f60718"
        ));
        assert!(allowed(
            "https://www.notion.so/Title-2ad1b4f5e6c78090a1b2c3d4e5f60718?pvs=4"
        ));
        assert!(allowed("https://someone.notion.site/page"));
    }

    #[test]
    fn a_sign_in_begins_encrypted_or_on_this_computer() {
        let begins = |address: &str, local: bool| is_sign_in(&Url::parse(address).unwrap(), local);
        assert!(begins(
            "https://api.notion.com/v1/oauth/authorize?state=a",
            false
        ));
        assert!(begins("http://localhost:4000/start", true));
        assert!(!begins("http://localhost:4000/start", false));
        assert!(!begins("http://example.org/start", true));
        assert!(!begins("https://me@example.org/start", true));
        assert!(!begins("file:///etc/passwd", true));
    }

    #[test]
    fn a_note_leads_to_the_web_and_to_mailboxes_only() {
        let leads = |address: &str| Url::parse(address).is_ok_and(|address| is_link(&address));
        for address in [
            "https://example.org/a?b#c",
            "http://192.168.1.5:8080/",
            "mailto:ada@example.org?subject=Cards",
        ] {
            assert!(leads(address), "{address}");
        }
        for address in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "octavo://oauth/callback?code=1",
            "notion://018f0000-0000-7000-8000-000000000010",
            "data:text/html,x",
            "https://bank.example@evil.example/",
            "mailto:",
            "vscode://file/etc/passwd",
        ] {
            assert!(!leads(address), "{address}");
        }
    }

    #[test]
    fn nothing_else_is_opened() {
        for address in [
            "http://www.notion.so/page",
            "https://notion.so.example.org/",
            "https://examplenotion.so/",
            "https://evilnotion.site/",
            "https://.notion.site/",
            "https://www.notion.so@example.org/",
            "https://name@www.notion.so/",
            "https://www.notion.so:8443/",
            "https://127.0.0.1/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "notion://www.notion.so/page",
        ] {
            assert!(!allowed(address), "{address}");
        }
    }
}
