//! How a body refers to a kept file.

use octavo_contract::{FileKind, FileView};

/// How every address of a kept file begins.
pub(crate) const SCHEME: &str = "octavo-file:";
const HASH: usize = 64;

/// A place in a body that refers to a kept file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) hash: String,
    pub(crate) name: String,
    /// As it stands in the body.
    pub(crate) address: String,
    /// Where in the body.
    pub(crate) at: usize,
}

/// The address of a content under a name.
pub(super) fn of(hash: &str, name: &str) -> String {
    format!("{SCHEME}{hash}/{}", encoded(name))
}

/// A name as a part of an address (RFC 3986, §2.1).
pub(crate) fn encoded(name: &str) -> String {
    let mut address = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            use std::fmt::Write as _;
            // Writing to a string does not fail.
            let _ignored = write!(address, "%{byte:02X}");
        }
    }
    address
}

pub(super) fn is_hash(text: &str) -> bool {
    text.len() == HASH
        && text
            .bytes()
            .all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c))
}

/// Every reference of a body to a kept file, in its order.
pub(crate) fn references(body: &str) -> Vec<Reference> {
    let starts = body.match_indices(SCHEME);
    starts
        .filter_map(|(at, _)| {
            let rest = body.get(at + SCHEME.len()..)?;
            let hash = rest.get(..HASH).filter(|hash| is_hash(hash))?;
            let name = rest.get(HASH..)?.strip_prefix('/')?;
            let end = name
                .find(|c: char| !(c.is_ascii_alphanumeric() || "-._~%".contains(c)))
                .unwrap_or(name.len());
            let name = name.get(..end)?;
            Some(Reference {
                hash: hash.to_owned(),
                name: super::kind::safe_name(&decoded(name)),
                address: format!("{SCHEME}{hash}/{name}"),
                at,
            })
        })
        .collect()
}

fn decoded(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some(first) = rest.bytes().next() {
        let code = rest
            .get(1..3)
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        if let (b'%', Some(code)) = (first, code) {
            bytes.push(code);
            rest = rest.get(3..).unwrap_or_default();
        } else {
            bytes.push(first);
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The body with the addresses of kept files replaced where `new` answers one.
pub(crate) fn with_addresses(body: &str, new: impl Fn(&Reference) -> Option<String>) -> String {
    with_each(body, |_, reference| new(reference))
}

/// The same, told where in the body each one stands.
pub(super) fn with_each(body: &str, new: impl Fn(usize, &Reference) -> Option<String>) -> String {
    let mut out = String::with_capacity(body.len());
    let mut done = 0;
    for reference in references(body) {
        let Some(address) = new(reference.at, &reference) else {
            continue;
        };
        out.push_str(body.get(done..reference.at).unwrap_or_default());
        out.push_str(&address);
        done = reference.at + reference.address.len();
    }
    out.push_str(body.get(done..).unwrap_or_default());
    out
}

/// The line of a body that shows a file as the block of its kind.
pub(crate) fn line_for(file: &FileView) -> String {
    let address = &file.address;
    match file.kind {
        FileKind::Image => format!("![]({address})"),
        FileKind::Video => format!("<video src=\"{address}\"></video>"),
        FileKind::Audio => format!("<audio src=\"{address}\"></audio>"),
        FileKind::Pdf => format!("<pdf src=\"{address}\"></pdf>"),
        FileKind::File => format!("<file src=\"{address}\"></file>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_with_its_name() {
        let hash = "0123456789abcdef".repeat(4);
        let address = of(&hash, "Höhe (1) \"b\".png");
        let body = format!("![x]({address})\n<pdf src=\"{address}\"></pdf>\nocta octavo-file:ab/c");
        let found = references(&body);
        assert_eq!(found.len(), 2);
        assert!(
            found
                .iter()
                .all(|found| found.name == "Höhe (1) \"b\".png" && found.address == address)
        );
        assert_eq!(
            with_addresses(&body, |_| Some("files/1".to_owned())),
            "![x](files/1)\n<pdf src=\"files/1\"></pdf>\nocta octavo-file:ab/c"
        );
    }

    #[test]
    fn a_line_keeps_its_address_through_notions_notation() {
        for kind in [
            FileKind::Image,
            FileKind::Video,
            FileKind::Audio,
            FileKind::Pdf,
            FileKind::File,
        ] {
            let hash = "0123456789abcdef".repeat(4);
            let file = FileView {
                address: of(&hash, "a b.x"),
                hash,
                name: "a b.x".to_owned(),
                media_type: String::new(),
                kind,
                bytes: 1,
            };
            let body = format!("Before\n\n{}\n\nAfter", line_for(&file));
            let page = notion_markdown::body_to_enhanced(&body);
            let back = notion_markdown::enhanced_to_body(&page);
            let addresses = |body| -> Vec<String> {
                let found = references(body).into_iter();
                found.map(|reference| reference.address).collect()
            };
            assert_eq!(addresses(&back), addresses(&body), "{page}");
        }
    }
}
