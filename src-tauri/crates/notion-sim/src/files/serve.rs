//! `GET /_files/…`: attached files at signed addresses that end, as a storage service serves them.

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, request::Parts},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;
use uuid::Uuid;

use super::Upload;
use crate::{clock, http::plain, ids, world::World};

/// What every address of a file begins with.
pub(crate) const PREFIX: &str = "/_files/";

fn stamp(millis: i64) -> String {
    Timestamp::from_millisecond(millis)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .strftime("%Y%m%dT%H%M%SZ")
        .to_string()
}

/// The signature over everything an address says.
fn mac(world: &World, id: Uuid, date: &str, life: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(world.file_key.as_bytes()).ok()?;
    mac.update(format!("{id}\n{date}\n{life}").as_bytes());
    Some(mac)
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn bytes_of(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .map_while(|c| c.to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    digits
        .chunks_exact(2)
        .filter_map(|pair| Some(pair.first()? * 16 + pair.get(1)?))
        .collect()
}

/// An address that is good for `life` seconds from `now` on.
pub(super) fn address(world: &World, upload: &Upload, now: i64, life: i64) -> String {
    let (date, life) = (stamp(now), life.to_string());
    let signature = mac(world, upload.id, &date, &life)
        .map(|mac| hexadecimal(&mac.finalize().into_bytes()))
        .unwrap_or_default();
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("X-Amz-Algorithm", "AWS4-HMAC-SHA256")
        .append_pair("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
        .append_pair("X-Amz-Date", &date)
        .append_pair("X-Amz-Expires", &life)
        .append_pair("X-Amz-Signature", &signature)
        .append_pair("X-Amz-SignedHeaders", "host")
        .append_pair("x-id", "GetObject")
        .finish();
    let name: String = url::form_urlencoded::byte_serialize(upload.name().as_bytes())
        .collect::<String>()
        .replace('+', "%20");
    format!(
        "{}{PREFIX}{}/{}/{name}?{query}",
        world.base, upload.workspace, upload.id
    )
}

fn refused(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code>\
         <Message>{message}</Message></Error>"
    );
    plain(status, "application/xml", body)
}

/// Answers a request for a file.
pub(crate) fn serve(world: &World, parts: &Parts) -> Response<Body> {
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    let value = |name: &str| {
        query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .unwrap_or_default()
    };
    let denied = |message| refused(StatusCode::FORBIDDEN, "AccessDenied", message);
    let id = parts
        .uri
        .path()
        .strip_prefix(PREFIX)
        .and_then(|path| path.split('/').nth(1))
        .and_then(ids::parse);
    let (date, life) = (value("X-Amz-Date"), value("X-Amz-Expires"));
    let genuine = id
        .and_then(|id| mac(world, id, date, life))
        .is_some_and(|mac| {
            mac.verify_slice(&bytes_of(value("X-Amz-Signature")))
                .is_ok()
        });
    if !genuine {
        return denied("Access Denied");
    }
    let begun = jiff::fmt::strtime::parse("%Y%m%dT%H%M%SZ", date)
        .and_then(|parsed| parsed.to_datetime())
        .and_then(|civil| civil.to_zoned(jiff::tz::TimeZone::UTC))
        .map_or(0, |zoned| zoned.timestamp().as_millisecond());
    let life = life.parse::<i64>().unwrap_or(0).saturating_mul(1000);
    if clock::now() >= begun.saturating_add(life) {
        return denied("Request has expired");
    }
    let found = id.and_then(|id| world.uploads.get(&id));
    let read = found.map(|upload| (upload, world.contents.read(upload)));
    let Some((upload, Ok(bytes))) = read else {
        let message = "The specified key does not exist.";
        return refused(StatusCode::NOT_FOUND, "NoSuchKey", message);
    };
    let kind = upload
        .content_type
        .as_deref()
        .unwrap_or("application/octet-stream");
    let mut response = plain(StatusCode::OK, kind, bytes);
    // A picture is shown, and nothing of it may run.
    let policy = HeaderValue::from_static("sandbox; default-src 'none'");
    response
        .headers_mut()
        .insert("content-security-policy", policy);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_both_ways() {
        assert_eq!(hexadecimal(&[0, 255, 16]), "00ff10");
        assert_eq!(bytes_of("00ff10"), [0, 255, 16]);
        assert!(bytes_of("zz").is_empty());
    }
}
