//! A person's browser at the simulator's consent page: a real HTTP client that follows redirects.

use url::Url;

/// Presses a button of the page at `address`; answers where the browser ends up, and what it shows.
pub(crate) async fn press(http: &reqwest::Client, address: &str, decision: &str) -> (Url, String) {
    let page = http.get(address).send().await.unwrap();
    let consent = page.url().join("/consent").unwrap();
    let text = page.text().await.unwrap();
    let mut form = filled_in(&text);
    assert!(!form.is_empty(), "no form in {text}");
    form.push(("decision".to_owned(), decision.to_owned()));
    let answer = http
        .post(consent)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encoded(&form))
        .send()
        .await
        .unwrap();
    (answer.url().clone(), answer.text().await.unwrap())
}

/// Names and values of a page's last form: its hidden fields, and every page that can be ticked.
pub(crate) fn filled_in(page: &str) -> Vec<(String, String)> {
    let form = page.rsplit("<form").next().unwrap_or("");
    let asked = |tag: &&str| tag.contains("type=\"hidden\"") || tag.contains("name=\"page\"");
    let fields = form.split('<').filter(asked);
    fields
        .map(|tag| (attribute(tag, "name"), attribute(tag, "value")))
        .collect()
}

pub(crate) fn encoded(form: &[(String, String)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish()
}

pub(crate) fn attribute(tag: &str, name: &str) -> String {
    let start = format!(" {name}=\"");
    let value = tag
        .split_once(&start)
        .and_then(|(_, rest)| rest.split('"').next());
    value
        .unwrap_or("")
        .replace("&amp;", "&")
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
}
