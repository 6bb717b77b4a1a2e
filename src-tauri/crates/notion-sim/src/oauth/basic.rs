//! The `Authorization: Basic …` header of the token endpoints.

use axum::http::HeaderMap;
use uuid::Uuid;

/// The client id and secret a request carries, if it carries them as it must.
pub(crate) fn credentials(headers: &HeaderMap) -> Option<(Uuid, String)> {
    let value = headers.get("authorization")?.to_str().ok()?;
    let (scheme, encoded) = value.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(decode(encoded.trim())?).ok()?;
    let (client, secret) = text.split_once(':')?;
    Some((Uuid::try_parse(client).ok()?, secret.to_owned()))
}

/// Base64 in the standard alphabet; padding may be missing, anything else may not be there.
fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(text.len());
    let (mut held, mut bits) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = (held << 6 | u32::from(value)) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn base64() {
        assert_eq!(decode("").as_deref(), Some(b"".as_slice()));
        assert_eq!(decode("YQ==").as_deref(), Some(b"a".as_slice()));
        assert_eq!(decode("YWI6Y2Q").as_deref(), Some(b"ab:cd".as_slice()));
        assert_eq!(
            decode("/+8A").as_deref(),
            Some([0xFF, 0xEF, 0x00].as_slice())
        );
        assert_eq!(decode("a-b_"), None);
        assert_eq!(decode("a b"), None);
    }
}
