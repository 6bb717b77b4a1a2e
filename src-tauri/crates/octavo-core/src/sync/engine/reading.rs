//! What changed in Notion, read beside what is sent there: a first look at thousands of pages takes half an hour,
//! and no note waits so long.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;

use super::Engine;
use super::background::TICK;
use crate::store::Among;
use crate::sync::pull::{self, Read, Seen};
use crate::sync::{Fault, Link, vanished};
use crate::workspace::Home;

/// Pages of search results in one look; what lies behind them is found by the walk.
const SEARCH_PAGES: usize = 3;

impl Engine {
    /// Takes over the pages that changed since the last look.
    pub(super) async fn look(
        &self,
        link: &Link,
        home: &Home,
        read: &mut Read,
    ) -> Result<(), Fault> {
        let watermark = pull::newest_seen(&self.store).await?;
        let (mut newest, mut cursor) = (watermark, None);
        for _ in 0..SEARCH_PAGES {
            let found = || pull::search(link, home, watermark, cursor.as_deref()).boxed();
            let found = self.ask(link, found).await?;
            newest = newest.max(found.newest);
            self.take_all(link, home, found.pages, read).await?;
            cursor = found.next;
            if cursor.is_none() {
                break;
            }
        }
        pull::looked(link, newest).await
    }

    /// Goes through every page of the home: finds what search omits, and what is gone.
    pub(super) async fn walk(
        &self,
        link: &Link,
        home: &Home,
        read: &mut Read,
    ) -> Result<(), Fault> {
        let before = self.store.listed().await?;
        let before: HashSet<String> = before.into_iter().filter_map(|note| note.page_id).collect();
        let (mut pages, mut cursor) = (Vec::new(), None);
        loop {
            let listed = || pull::list(link, home, cursor.as_deref()).boxed();
            let (listed, next) = self.ask(link, listed).await?;
            pages.extend(listed);
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        let present = pages.iter().map(|page| page.id.to_string()).collect();
        // What was written last is what a person looks for first: a first sync is useful at once.
        pages.sort_by_key(|page| Reverse(page.last_edited));
        self.take_all(link, home, pages, read).await?;
        // Search may omit what was moved away, too, and nothing else would meet it.
        let moved = vanished::look_after(link, &before, &present).await?;
        let moved = moved.into_iter().map(Seen::of).collect();
        self.take_all(link, home, moved, read).await
    }

    async fn take_all(
        &self,
        link: &Link,
        home: &Home,
        pages: Vec<Seen>,
        read: &mut Read,
    ) -> Result<(), Fault> {
        for page in pages {
            let reading = || pull::read(link, home, &page, read).boxed();
            if let Some(reading) = self.ask(link, reading).await? {
                pull::settle(link, reading, read).await?;
            }
        }
        Ok(())
    }

    /// Asks Notion for something that nobody waits for. A note whose turn comes meanwhile is sent first, and
    /// then it is asked again: the question may stand in line for as long as the request window is, and what a
    /// person wrote stands before it in that line only if it is there.
    async fn ask<'q, T>(
        &self,
        link: &Link,
        question: impl Fn() -> BoxFuture<'q, Result<T, Fault>> + Send + Sync,
    ) -> Result<T, Fault> {
        loop {
            self.drain_due(link, Among::Notes).await?;
            tokio::select! {
                biased;
                answer = question() => return answer,
                turn = self.turn_of_a_note() => turn?,
            }
        }
    }

    /// Waits until a note is to be sent.
    async fn turn_of_a_note(&self) -> Result<(), Fault> {
        loop {
            let turn = self.store.next_turn(Among::Notes).await?;
            let wait = turn.map_or(i64::MAX, |turn| turn - self.store.now());
            if wait <= 0 {
                return Ok(());
            }
            let wait = Duration::from_millis(u64::try_from(wait).unwrap_or(u64::MAX));
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(wait.min(TICK)) => {}
            }
        }
    }
}
