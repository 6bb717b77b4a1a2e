//! What goes in and what comes out.

/// A note to be looked at.
#[derive(Debug, Clone, Copy, Default)]
pub struct Note<'a> {
    /// Its id, so that it is not compared with itself; may be empty.
    pub id: &'a str,
    /// Its title; empty when it has none.
    pub title: &'a str,
    /// Its body, in Octavo's Markdown.
    pub body: &'a str,
    /// Its type, if it has one.
    pub note_type: Option<&'a str>,
    /// Its tags, without `#`.
    pub tags: &'a [String],
}

/// What could be done with a note. Empty where there is nothing to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposal {
    /// A title, for a note that has none.
    pub title: Option<Suggestion>,
    /// A type, for a note that has none.
    pub note_type: Option<Suggestion>,
    /// Tags to add, without `#`, the best first; at most five.
    pub tags: Vec<Suggestion>,
    /// Notes it could be linked with, the best first; at most five.
    pub links: Vec<Link>,
    /// The whole body, tidied: the same words in better Markdown.
    pub text: Option<Suggestion>,
}

impl Proposal {
    /// Whether there is nothing to propose.
    pub fn is_empty(&self) -> bool {
        self.title.is_none()
            && self.note_type.is_none()
            && self.tags.is_empty()
            && self.links.is_empty()
            && self.text.is_none()
    }
}

/// A value, and why it is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What is proposed.
    pub value: String,
    /// Why.
    pub reason: Reason,
}

/// Why something is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It is the first heading of the text.
    FirstHeading,
    /// The text begins so.
    FirstWords,
    /// These words stand in the note.
    Words(Vec<String>),
    /// So many lines of the note are to-dos.
    Todos(usize),
    /// So many numbers, tables, pieces of code and addresses stand in the note.
    Facts(usize),
    /// So many other notes that read alike have it.
    LikeNotes(usize),
    /// Only marks and blanks change.
    Marks,
    /// A model proposes it.
    Model,
}

/// Another note that this one could be linked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The other note.
    pub note: String,
    /// Its title.
    pub title: String,
    /// The words of this note that name it; none if the notes only read alike.
    pub mention: Option<String>,
}
