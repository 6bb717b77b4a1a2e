//! What stands between a client and Notion: answers of the network edge, and ones that break off.

use std::io;

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode},
};
use uuid::Uuid;

use crate::{clock, http::plain};

/// `Retry-After` in seconds, or as the date that also is allowed.
pub(crate) fn retry_after(seconds: u64, dated: bool) -> HeaderValue {
    if dated {
        let millis = i64::try_from(seconds).unwrap_or(60).saturating_mul(1000);
        let date = clock::http_date(clock::now() + millis);
        HeaderValue::from_str(&date).unwrap_or_else(|_| seconds.into())
    } else {
        seconds.into()
    }
}

/// An answer that promises its whole length and ends in the middle.
pub(crate) async fn truncated(response: Response<Body>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return Response::new(Body::empty());
    };
    parts.headers.insert("content-length", bytes.len().into());
    let half = Ok(bytes.slice(..bytes.len() / 2));
    let end = Err(io::Error::from(io::ErrorKind::ConnectionAborted));
    Response::from_parts(parts, Body::from_stream(futures::stream::iter([half, end])))
}

/// What stands between a client and Notion answers by itself: HTML, and no request id.
pub(crate) fn edge(status: u16) -> Response<Body> {
    let (title, text) = match status {
        200 => ("Welcome", "Please accept the terms of this network."),
        403 => (
            "Attention Required! | Cloudflare",
            "Sorry, you have been blocked",
        ),
        429 => ("Error 1015", "You are being rate limited"),
        502 => (
            "502: Bad gateway",
            "The web server reported a bad gateway error.",
        ),
        _ => ("503 Service Temporarily Unavailable", "Try again later."),
    };
    let page = format!(
        "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{text}</h1></body></html>"
    );
    let status_code = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut response = plain(status_code, "text/html; charset=UTF-8", page);
    if status == 200 {
        return response;
    }
    let ray = Uuid::new_v4().simple().to_string();
    if let Ok(ray) = ray
        .chars()
        .take(16)
        .chain("-SIM".chars())
        .collect::<String>()
        .parse()
    {
        response.headers_mut().insert("cf-ray", ray);
    }
    response
}
