//! How many requests one client address may send.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::HeaderMap;
use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::clock::Clock;
use crate::config::RateLimit;

/// Above this many addresses, those whose buckets are full again are forgotten now and then.
const SWEEP_ABOVE: usize = 10_000;
const SECONDS_BETWEEN_SWEEPS: u64 = 60;
/// Above this many, all share one bucket: memory is bounded whatever arrives.
const MOST: usize = 500_000;
/// Nobody's address: the shared bucket.
const EVERYONE_ELSE: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);

/// A token bucket per client address.
pub(crate) struct Limiter {
    buckets: RateLimiter<IpAddr, HashMapStateStore<IpAddr>, Clock, NoOpMiddleware<Duration>>,
    clock: Clock,
    /// When the next sweep is worth its while, in seconds of the clock.
    next_sweep: AtomicU64,
    most: usize,
}

impl Limiter {
    pub(crate) fn new(rate: RateLimit, clock: Clock) -> Self {
        let quota = Quota::per_minute(rate.per_minute).allow_burst(rate.burst);
        Self {
            buckets: RateLimiter::hashmap_with_clock(quota, clock.clone()),
            clock,
            next_sweep: AtomicU64::new(0),
            most: MOST,
        }
    }

    /// Takes one token; the error says how many seconds to wait for the next.
    pub(crate) fn take(&self, client: IpAddr) -> Result<(), u64> {
        let mut held = self.buckets.len();
        if held > SWEEP_ABOVE && self.may_sweep() {
            self.buckets.retain_recent();
            held = self.buckets.len();
        }
        let key = if held > self.most {
            EVERYONE_ELSE
        } else {
            network(client)
        };
        self.buckets.check_key(&key).map_err(|refused| {
            let wait = refused.wait_time_from(self.clock.now());
            // Rounded up: a client that keeps to it must not come too early.
            (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
        })
    }

    /// A sweep looks at every bucket, so requests must not be able to ask for one each.
    fn may_sweep(&self) -> bool {
        let now = self.clock.elapsed().as_secs();
        let next = now.saturating_add(SECONDS_BETWEEN_SWEEPS);
        let due = |due: u64| (now >= due).then_some(next);
        self.next_sweep
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, due)
            .is_ok()
    }
}

/// What one client controls: an IPv4 address, or the 64 bits an IPv6 network is handed out by.
fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(address) => {
            let prefix = address.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from_bits(prefix))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Whose request this is. Behind a proxy it is the *last* address of `X-Forwarded-For`, the one our
/// proxy wrote; everything before it is the client's own claim.
pub(crate) fn client_of(peer: IpAddr, headers: &HeaderMap, trust_proxy: bool) -> IpAddr {
    if !trust_proxy {
        return peer;
    }
    headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .and_then(|last| address(last.trim()))
        .unwrap_or(peer)
}

/// Some proxies write the port too.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    bare.unwrap_or(text)
        .parse()
        .or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()))
        .ok()
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use axum::http::HeaderValue;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn limiter(clock: &Clock) -> Limiter {
        let rate = RateLimit {
            per_minute: NonZeroU32::new(6).unwrap(),
            burst: NonZeroU32::new(3).unwrap(),
        };
        Limiter::new(rate, clock.clone())
    }

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let clock = Clock::standing_at(1000);
        let limiter = limiter(&clock);
        let ada = ip("192.0.2.1");
        for _ in 0..3 {
            assert_eq!(limiter.take(ada), Ok(()));
        }
        assert_eq!(limiter.take(ada), Err(10));
        assert_eq!(
            limiter.take(ip("192.0.2.2")),
            Ok(()),
            "others are not held up"
        );
        clock.advance(9);
        assert_eq!(limiter.take(ada), Err(1));
        clock.advance(1);
        assert_eq!(limiter.take(ada), Ok(()));
        assert_eq!(limiter.take(ada), Err(10));
        clock.advance(3600);
        for _ in 0..3 {
            assert_eq!(limiter.take(ada), Ok(()));
        }
        assert!(
            limiter.take(ada).is_err(),
            "a bucket never holds more than its burst"
        );
    }

    #[test]
    fn one_ipv6_network_is_one_client_and_mapped_ipv4_is_ipv4() {
        assert_eq!(
            network(ip("2001:db8:1:2:a::1")),
            network(ip("2001:db8:1:2:b::2"))
        );
        assert_ne!(
            network(ip("2001:db8:1:2::1")),
            network(ip("2001:db8:1:3::1"))
        );
        assert_eq!(network(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
    }

    #[test]
    fn full_buckets_are_forgotten() {
        let clock = Clock::standing_at(1000);
        let limiter = limiter(&clock);
        for n in 0..12_000_u32 {
            limiter.take(IpAddr::from(n.to_be_bytes())).unwrap();
        }
        assert_eq!(limiter.buckets.len(), 12_000);
        clock.advance(600);
        limiter.take(ip("192.0.2.1")).unwrap();
        assert_eq!(limiter.buckets.len(), 1);
    }

    #[test]
    fn memory_is_bounded() {
        let clock = Clock::standing_at(1000);
        let mut limiter = limiter(&clock);
        limiter.most = 100;
        let mut refused = 0;
        for n in 0..200_u32 {
            refused += u32::from(limiter.take(IpAddr::from(n.to_be_bytes())).is_err());
        }
        assert_eq!(limiter.buckets.len(), 102);
        assert_eq!(
            refused,
            200 - 101 - 3,
            "those above the limit share one bucket"
        );
    }

    #[test]
    fn a_forwarded_address_counts_only_behind_a_proxy_and_only_the_last() {
        let peer = ip("10.0.0.1");
        let mut headers = HeaderMap::new();
        let mut with = |value: &'static str, trust| {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
            client_of(peer, &headers, trust)
        };
        assert_eq!(with("192.0.2.7", false), peer);
        assert_eq!(with("198.51.100.1, 192.0.2.8", true), ip("192.0.2.8"));
        assert_eq!(with("192.0.2.9:4711", true), ip("192.0.2.9"));
        assert_eq!(with("[2001:db8::1]:4711", true), ip("2001:db8::1"));
        assert_eq!(with("[2001:db8::2]", true), ip("2001:db8::2"));
        assert_eq!(with("unknown", true), peer);
    }
}
