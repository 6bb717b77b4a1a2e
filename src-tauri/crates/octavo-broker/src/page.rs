//! The pages a person sees: the bridge back into the app, and what went wrong instead.
//!
//! They work without scripts and load nothing from elsewhere. Everything that varies is escaped.

use std::borrow::Cow;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use secrecy::{ExposeSecret as _, SecretString};

use crate::texts::{ENGLISH, FRENCH, Texts};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

/// What stands on the page that leads nowhere.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trouble {
    /// Something is missing, said twice, or was not made here.
    Incomplete,
    /// The ten minutes are over.
    Expired,
    /// Too many requests from one network.
    Busy,
}

/// The languages the pages speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    French,
}

impl Language {
    /// The one of ours that the browser likes best.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let wishes = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let mut best = (Self::English, 0.0);
        for wish in wishes.split(',') {
            let mut parts = wish.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default();
            let quality = parts
                .find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok())
                .unwrap_or(1.0);
            let language = match tag.split('-').next() {
                Some(tag) if tag.eq_ignore_ascii_case("fr") => Self::French,
                Some(tag) if tag.eq_ignore_ascii_case("en") => Self::English,
                _ => continue,
            };
            if quality > best.1 {
                best = (language, quality);
            }
        }
        best.0
    }

    fn texts(self) -> &'static Texts {
        match self {
            Self::English => &ENGLISH,
            Self::French => &FRENCH,
        }
    }
}

/// The page that hands the answer over to the app.
pub(crate) fn bridge(
    link: &SecretString,
    words: &str,
    granted: bool,
    language: Language,
) -> Response {
    let texts = language.texts();
    let (title, lead) = if granted {
        (texts.granted_title, texts.granted_lead)
    } else {
        (texts.denied_title, texts.denied_lead)
    };
    let link = escaped(link.expose_secret());
    let main = format!(
        r#"<h1>{title}</h1>
<p>{lead}</p>
<section class="card" aria-labelledby="same">
<h2 id="same">{same}</h2>
<p class="code" translate="no">{words}</p>
<p class="quiet">{other}</p>
</section>
<p><a class="button" id="open" href="{link}">{open}</a></p>
<section aria-labelledby="paste">
<h2 id="paste">{nothing}</h2>
<p id="how">{paste}</p>
<p class="row"><textarea id="address" rows="7" readonly spellcheck="false" autocomplete="off" translate="no" aria-labelledby="paste" aria-describedby="how">{link}</textarea></p>
<p class="row"><button type="button" id="copy" hidden data-done="{copied}" data-failed="{marked}">{copy}</button> <span id="said" role="status"></span></p>
</section>"#,
        same = texts.same_code,
        words = escaped(words),
        other = texts.other_code,
        open = texts.open,
        nothing = texts.nothing_opens,
        paste = texts.paste,
        copy = texts.copy,
        copied = texts.copied,
        marked = texts.marked,
    );
    let script = "<script src=\"bridge.js\" defer></script>\n";
    answer(language, title, &main, script)
}

/// The page that says what went wrong. It has no link into the app.
pub(crate) fn trouble(trouble: Trouble, language: Language) -> Response {
    let texts = language.texts();
    let (title, lead) = match trouble {
        Trouble::Incomplete => (texts.incomplete_title, texts.incomplete_lead),
        Trouble::Expired => (texts.expired_title, texts.expired_lead),
        Trouble::Busy => (texts.busy_title, texts.busy_lead),
    };
    let main = format!("<h1>{title}</h1>\n<p>{lead}</p>\n<p>{}</p>", texts.safe);
    answer(language, title, &main, "")
}

fn answer(language: Language, title: &str, main: &str, script: &str) -> Response {
    let texts = language.texts();
    let page = format!(
        r#"<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<title>{title} · Octavo</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="bridge.svg" type="image/svg+xml">
<link rel="stylesheet" href="bridge.css">
{script}</head>
<body>
<header><img src="bridge.svg" alt="" width="32" height="32"> Octavo</header>
<main>
{main}
</main>
<footer>{footer}</footer>
</body>
</html>
"#,
        lang = texts.lang,
        footer = texts.footer,
    );
    let mut response = Html(page).into_response();
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &'static str); 4] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CONTENT_LANGUAGE, texts.lang),
        (header::VARY, "Accept-Language"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Text as it may stand in an element or in a quoted attribute.
fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(value: &'static str) -> Language {
        let header = (header::ACCEPT_LANGUAGE, HeaderValue::from_static(value));
        Language::of(&HeaderMap::from_iter([header]))
    }

    #[test]
    fn the_best_liked_language_is_spoken() {
        assert_eq!(wish(""), Language::English);
        assert_eq!(wish("de-DE,de;q=0.9"), Language::English);
        assert_eq!(wish("fr-CH, fr;q=0.9, en;q=0.8"), Language::French);
        assert_eq!(wish("en;q=0.5, fr;q=0.9"), Language::French);
        assert_eq!(wish("en-GB,en;q=0.9,fr;q=0.8"), Language::English);
        assert_eq!(wish("fr;q=x"), Language::French);
    }

    #[test]
    fn markup_is_escaped() {
        assert_eq!(
            escaped(r#"<a b="c&d'">"#),
            "&lt;a b=&quot;c&amp;d&#39;&quot;&gt;"
        );
        assert_eq!(escaped("plain"), "plain");
    }
}
