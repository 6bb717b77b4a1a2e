//! Proposals for a note: a title, a type, tags, links to other notes, a tidier text.
//!
//! Everything here is a pure function of a note and of what is known of the account's other notes
//! ([`Corpus`]): no network, no model, no disk, no account. A proposal never changes anything; it
//! says what could be done and [why](Reason), and the person accepts it or keeps what is there.
//!
//! The rules are meant to be read: [`propose`] calls one small module per kind of proposal.
//!
//! ```
//! use octavo_enhance::{Corpus, Note, propose};
//!
//! let note = Note {
//!     body: "# Weekly sync\n\nAttendees: Ana, Bo\n\n## Agenda\n\n- [ ] budget",
//!     ..Note::default()
//! };
//! let proposal = propose(&note, &Corpus::default());
//! assert_eq!(proposal.title.map(|title| title.value).as_deref(), Some("Weekly sync"));
//! assert_eq!(proposal.note_type.map(|kind| kind.value).as_deref(), Some("Meeting"));
//! ```

mod answer;
mod corpus;
mod cues;
mod kind;
mod links;
mod proposal;
mod reading;
mod tags;
mod tidy;
mod title;
mod words;

pub use answer::{Answered, Wanted, answered};
pub use corpus::{Corpus, Known};
pub use proposal::{Link, Note, Proposal, Reason, Suggestion};

use reading::Reading;

/// What could be made better of a note, without asking anybody.
///
/// Takes time in proportion to the note and to the number of notes known.
pub fn propose(note: &Note<'_>, corpus: &Corpus) -> Proposal {
    let reading = Reading::of(note);
    Proposal {
        title: title::propose(note, &reading),
        note_type: kind::propose(note, &reading, corpus),
        tags: tags::propose(note, &reading, corpus),
        links: links::propose(note, &reading, corpus),
        text: tidy::propose(note.body),
    }
}

/// The words of a question that say what it is about, as they stand there.
pub fn telling_words(question: &str) -> Vec<String> {
    let terms = words::Words::like(question).terms(question);
    let mut seen = std::collections::HashSet::new();
    let terms = terms
        .into_iter()
        .filter(|term| seen.insert(term.stem.clone()));
    terms.map(|term| term.word).collect()
}
