//! What a browser meets: the way to Notion, the bridge page, and the pages that lead nowhere.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use reqwest::{Response, StatusCode};
use support::{CHALLENGE, CLIENT_ID, Link, NONCE, World, parameter, start_path};
use url::Url;

async fn leads_nowhere(response: Response, status: StatusCode) -> String {
    assert_eq!(response.status(), status);
    let headers = response.headers();
    assert!(
        headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    assert_eq!(headers["cache-control"], "no-store");
    assert!(!headers.contains_key("location"));
    let page = response.text().await.unwrap();
    assert!(
        !page.contains("octavo:") && !page.contains("<script"),
        "{page}"
    );
    page
}

#[tokio::test]
async fn a_sign_in_begins_at_notion() {
    let world = World::new().await;
    let response = world.get(&start_path()).await;
    assert_eq!(response.status(), StatusCode::FOUND);
    let headers = response.headers();
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    let url = Url::parse(headers["location"].to_str().unwrap()).unwrap();
    assert!(
        url.as_str()
            .starts_with(&format!("{}/v1/oauth/authorize?", world.notion.uri()))
    );
    assert_eq!(parameter(&url, "client_id"), CLIENT_ID);
    assert_eq!(parameter(&url, "response_type"), "code");
    assert_eq!(parameter(&url, "owner"), "user");
    let redirect = format!(
        "http://localhost:{}/callback",
        world.broker.address().port()
    );
    assert_eq!(parameter(&url, "redirect_uri"), redirect);
    assert_eq!(parameter(&url, "state").split('.').count(), 2);
}

#[tokio::test]
async fn a_start_without_its_parameters_goes_nowhere() {
    let world = World::new().await;
    for query in [
        String::new(),
        format!("?challenge={CHALLENGE}&nonce={NONCE}"),
        format!("?challenge=short&nonce={NONCE}&words=ABC"),
        format!("?challenge={CHALLENGE}&nonce={NONCE}&words=%3Cb%3E"),
        format!("?challenge={CHALLENGE}&nonce={NONCE}&words=ABC&words=ABC"),
        format!("?challenge={CHALLENGE}&challenge={CHALLENGE}&nonce={NONCE}&words=ABC"),
    ] {
        let response = world.get(&format!("/start{query}")).await;
        leads_nowhere(response, StatusCode::BAD_REQUEST).await;
    }
}

#[tokio::test]
async fn the_bridge_hands_the_answer_over() {
    let world = World::new().await;
    let state = world.begin().await;
    let response = world
        .get(&format!("/callback?code=the-code-42&state={state}"))
        .await;
    assert_eq!(response.status(), StatusCode::OK);
    let headers = response.headers().clone();
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    let page = response.text().await.unwrap();
    let link = Link::on(&page).unwrap();
    assert!(
        link.url
            .as_str()
            .starts_with("octavo://oauth/callback?code=")
    );
    assert_eq!(link.state, state);
    assert!(!link.code.is_empty() && link.error.is_empty());
    assert!(
        !page.contains("the-code-42"),
        "the bare code must not leave the broker"
    );
    assert!(page.contains(">FERN-42</p>"), "{page}");
    assert!(page.contains(" readonly "), "{page}");
    assert_eq!(page.matches("<h1>").count(), 1);
    for part in ["<html lang=\"en\">", "<main>", "<header>", "<footer>"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(
        !page.contains("https://") && !page.contains("http://"),
        "nothing from elsewhere"
    );
    assert!(
        !page.contains("style=") && !page.contains("onclick"),
        "{page}"
    );
}

#[tokio::test]
async fn a_no_is_handed_over_too() {
    let world = World::new().await;
    let state = world.begin().await;
    let response = world
        .get(&format!("/callback?error=access_denied&state={state}"))
        .await;
    assert_eq!(response.status(), StatusCode::OK);
    let link = Link::on(&response.text().await.unwrap()).unwrap();
    assert_eq!(
        (link.error.as_str(), link.code.as_str()),
        ("access_denied", "")
    );
    assert_eq!(link.state, state);
}

#[tokio::test]
async fn an_answer_that_is_not_exactly_one_is_refused() {
    let world = World::new().await;
    let state = world.begin().await;
    for query in [
        String::new(),
        "code=a".to_owned(),
        format!("state={state}"),
        format!("code=a&error=access_denied&state={state}"),
        format!("code=a&code=b&state={state}"),
        format!("code=a&%63ode=a&state={state}"),
        format!("code=a&state={state}&state={state}"),
        format!("error=a&error=a&state={state}"),
        format!("code=&state={state}"),
        format!("code=a%20b&state={state}"),
        format!("code={}&state={state}", "a".repeat(1025)),
        format!("error=%3Cscript%3E&state={state}"),
        "code=a&state=forged.forged".to_owned(),
        format!("code=a&state={}", state.to_lowercase()),
    ] {
        let response = world.get(&format!("/callback?{query}")).await;
        leads_nowhere(response, StatusCode::BAD_REQUEST).await;
    }
}

#[tokio::test]
async fn an_old_state_is_told_so_in_words() {
    let world = World::new().await;
    let state = world.begin().await;
    world.clock.advance(600);
    let response = world.get(&format!("/callback?code=a&state={state}")).await;
    let page = leads_nowhere(response, StatusCode::BAD_REQUEST).await;
    assert!(page.contains("ten minutes"), "{page}");
}

#[tokio::test]
async fn the_page_speaks_french_to_who_likes_it_better() {
    let world = World::new().await;
    let state = world.begin().await;
    let url = format!(
        "http://{}/callback?code=a&state={state}",
        world.broker.address()
    );
    let request = world
        .http
        .get(url)
        .header("accept-language", "fr-FR,fr;q=0.9,en;q=0.5");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-language"], "fr");
    assert_eq!(response.headers()["vary"], "Accept-Language");
    let page = response.text().await.unwrap();
    assert!(page.contains("<html lang=\"fr\">") && page.contains("Ouvrir Octavo"));
}

#[tokio::test]
async fn the_page_s_own_files_are_there() {
    let world = World::new().await;
    for (path, kind) in [
        ("/bridge.css", "text/css; charset=utf-8"),
        ("/bridge.js", "text/javascript; charset=utf-8"),
        ("/bridge.svg", "image/svg+xml"),
    ] {
        let response = world.get(path).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], kind);
    }
}

#[tokio::test]
async fn an_https_broker_behind_a_path_registers_that_path() {
    let world = World::with(|config| {
        config.public_url = Some("https://sign-in.example.org/octavo/".parse().unwrap());
    })
    .await;
    let response = world.get(&start_path()).await;
    assert!(response.headers().contains_key("strict-transport-security"));
    let url = Url::parse(response.headers()["location"].to_str().unwrap()).unwrap();
    let redirect = "https://sign-in.example.org/octavo/callback";
    assert_eq!(parameter(&url, "redirect_uri"), redirect);
}

/// Sets every value that differs from one sign-in to the next to the same.
fn plain(page: &str) -> String {
    let mut plain = page.to_owned();
    if let Some(link) = Link::on(page) {
        for value in [&link.code, &link.state] {
            let escaped: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
            if !value.is_empty() {
                plain = plain.replace(&escaped, &"x".repeat(120));
            }
        }
    }
    plain
}

/// The pages as files: the tests of the UI look at them in a browser, for people who read with their ears or
/// with strong colours. `OCTAVO_BLESS=1` writes them anew.
#[tokio::test]
async fn the_kept_pages_are_current() {
    let world = World::new().await;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    for language in ["en", "fr"] {
        let state = world.begin().await;
        for (name, query) in [
            ("granted", format!("code=the-code-42&state={state}")),
            ("denied", format!("error=access_denied&state={state}")),
            ("trouble", "code=the-code-42&state=nobodys".to_owned()),
        ] {
            let url = format!("http://{}/callback?{query}", world.broker.address());
            let asked = world.http.get(url).header("accept-language", language);
            let page = plain(&asked.send().await.unwrap().text().await.unwrap());
            let path = folder.join(format!("{name}.{language}.html"));
            if std::env::var_os("OCTAVO_BLESS").is_some() {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(&path, &page).unwrap();
            }
            let kept = std::fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(page, kept, "{}: OCTAVO_BLESS=1 writes it", path.display());
        }
    }
}
