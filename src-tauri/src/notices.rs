//! What came up outside of any command, kept until the main window takes it.

use std::sync::{Mutex, PoisonError};

use octavo_contract::{Event, Notices};
use tauri::{AppHandle, Manager as _, Runtime};

use crate::{events, windows};

/// More than this nobody reads; the oldest go.
const MOST: usize = 8;

#[derive(Default)]
struct Waiting {
    sentences: Vec<String>,
    /// Events for a main window whose page does not listen yet.
    events: Vec<Event>,
    /// The main window's page listens.
    heard: bool,
}

/// Sentences, and events for a page that is not there yet.
#[derive(Default)]
pub(crate) struct Board(Mutex<Waiting>);

impl Board {
    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pin(&self, sentence: String) {
        let mut waiting = self.waiting();
        if !waiting.sentences.contains(&sentence) {
            waiting.sentences.push(sentence);
        }
        let over = waiting.sentences.len().saturating_sub(MOST);
        waiting.sentences.drain(..over);
    }
}

/// Tells the person something in the main window, now or when it is next there.
pub(crate) fn tell<R: Runtime>(app: &AppHandle<R>, sentence: impl Into<String>) {
    app.state::<Board>().pin(sentence.into());
    events::send_to(app, windows::MAIN, &Event::NoticesChanged {});
}

/// Sends an event to the main window, now or as soon as its page listens.
pub(crate) fn send_to_main<R: Runtime>(app: &AppHandle<R>, event: Event) {
    let board = app.state::<Board>();
    let mut waiting = board.waiting();
    if waiting.heard {
        drop(waiting);
        events::send_to(app, windows::MAIN, &event);
    } else {
        waiting.events.push(event);
    }
}

/// Everything the main window has not taken yet. Its page listens from now on.
pub(crate) fn take<R: Runtime>(app: &AppHandle<R>) -> Notices {
    let board = app.state::<Board>();
    let mut waiting = board.waiting();
    waiting.heard = true;
    let notices = std::mem::take(&mut waiting.sentences);
    let missed = std::mem::take(&mut waiting.events);
    drop(waiting);
    for event in missed {
        events::send_to(app, windows::MAIN, &event);
    }
    Notices { notices }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_waits_once_and_not_for_ever() {
        let board = Board::default();
        for _ in 0..3 {
            board.pin("The same.".to_owned());
        }
        assert_eq!(board.waiting().sentences.len(), 1);
        for number in 0..20 {
            board.pin(format!("Number {number}."));
        }
        let waiting = board.waiting();
        assert_eq!(waiting.sentences.len(), MOST);
        assert_eq!(waiting.sentences.last().unwrap(), "Number 19.");
    }
}
