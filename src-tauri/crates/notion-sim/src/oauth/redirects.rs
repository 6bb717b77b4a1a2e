//! Which redirect addresses a connection may register, and how a callback address is made.

use url::{Url, form_urlencoded};

/// Notion's rules: `https://…`, or `http://localhost:PORT…`; nothing else.
pub(crate) fn check(uri: &str) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("{uri} cannot be a redirect URI: {why}"));
    if uri.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return refuse("it contains a blank or a control character");
    }
    let Ok(parsed) = Url::parse(uri) else {
        return refuse("it is not a complete address");
    };
    if parsed.fragment().is_some() {
        return refuse("it has a fragment");
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return refuse("it carries credentials");
    }
    match parsed.scheme() {
        "https" => Ok(()),
        "http" if uri.starts_with("http://localhost:") => Ok(()),
        "http" if parsed.host_str() == Some("localhost") => refuse("http://localhost needs a port"),
        "http" => refuse("http is allowed for localhost only, by that name"),
        _ => refuse("only https and http://localhost:PORT are allowed"),
    }
}

/// A redirect address with further parameters; what was registered stays as it is.
pub(crate) fn with_parameters(uri: &str, parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    let joint = match uri.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    format!("{uri}{joint}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules() {
        for good in [
            "https://octavo.example/callback",
            "https://localhost:8443/cb",
            "http://localhost:53682/callback",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "http://127.0.0.1:53682/callback",
            "http://[::1]:53682/callback",
            "http://localhost/callback",
            "http://localhost.example.org:80/x",
            "http://localhost:80@example.org/x",
            "http://example.org/callback",
            "octavo://oauth/callback",
            "https://octavo.example/callback#x",
            "https://octavo.example/call back",
            "/callback",
            "",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn parameters() {
        let pairs = [("code", "a b"), ("state", "&=")];
        assert_eq!(
            with_parameters("https://x.example", &pairs),
            "https://x.example?code=a+b&state=%26%3D"
        );
        assert_eq!(
            with_parameters("https://x.example/?a=1", &pairs[..1]),
            "https://x.example/?a=1&code=a+b"
        );
    }
}
