//! Listings as streams.

use std::collections::{HashSet, VecDeque};

use futures::Stream;
use futures::stream::try_unfold;

use crate::error::ApiError;
use crate::model::{Item, List};

/// So often a listing begins anew when its cursor dies on the way.
const RESTARTS: u32 = 3;

/// Where a listing is.
struct Place<T> {
    fetched: VecDeque<T>,
    next: Next,
    seen: HashSet<String>,
    /// Items that nothing tells apart can only be counted: those that came, and of these those that
    /// will come again after a new beginning.
    nameless: usize,
    again: usize,
    cursors: HashSet<String>,
    restarts: u32,
}

enum Next {
    First,
    Cursor(String),
    Incomplete(String),
    End,
}

/// All items of a listing, page after page as they are wanted.
///
/// A cursor that dies on the way begins the listing anew; what was listed already is skipped then,
/// as is what moved to a later page meanwhile.
pub(crate) fn listing<T, F, Fut>(fetch: F) -> impl Stream<Item = Result<T, ApiError>> + Send
where
    T: Item + Send,
    F: Fn(Option<String>) -> Fut + Send,
    Fut: Future<Output = Result<List<T>, ApiError>> + Send,
{
    let place = Place {
        fetched: VecDeque::new(),
        next: Next::First,
        seen: HashSet::new(),
        nameless: 0,
        again: 0,
        cursors: HashSet::new(),
        restarts: 0,
    };
    try_unfold((place, fetch), |(mut place, fetch)| async move {
        loop {
            if let Some(item) = place.fetched.pop_front() {
                return Ok(Some((item, (place, fetch))));
            }
            let cursor = match std::mem::replace(&mut place.next, Next::End) {
                Next::First => None,
                Next::Cursor(cursor) => Some(cursor),
                Next::Incomplete(reason) => return Err(ApiError::Incomplete { reason }),
                Next::End => return Ok(None),
            };
            let on_the_way = cursor.is_some();
            match fetch(cursor).await {
                Ok(page) => place.take(page),
                Err(error)
                    if error.is_stale_cursor() && on_the_way && place.restarts < RESTARTS =>
                {
                    place.restarts += 1;
                    place.cursors.clear();
                    place.again = place.nameless;
                    place.next = Next::First;
                }
                Err(error) => return Err(error),
            }
        }
    })
}

impl<T: Item> Place<T> {
    fn take(&mut self, page: List<T>) {
        self.next = match (page.next_cursor, page.incomplete) {
            (Some(cursor), _) if self.cursors.insert(cursor.clone()) => Next::Cursor(cursor),
            // A cursor that leads back would lead there forever.
            (Some(_), None) => Next::Incomplete("repeated_cursor".to_owned()),
            (_, Some(reason)) => Next::Incomplete(reason),
            _ => Next::End,
        };
        for item in page.results {
            let is_new = match item.key() {
                Some(key) => self.seen.insert(key),
                None => self.is_new_nameless(),
            };
            if is_new {
                self.fetched.push_back(item);
            }
        }
    }

    fn is_new_nameless(&mut self) -> bool {
        if self.again > 0 {
            self.again -= 1;
            return false;
        }
        self.nameless += 1;
        true
    }
}
