//! Addresses that leave the app: only Notion's own, only to the system's browser.

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
