//! Two hundred short notes as people write them, each with what a person would say of it.
//!
//! A file per language, as one person's notes: `== Type | tag tag | Title | what is typed to find it,
//! with one slip`, then the text.

/// A note and its labels.
#[derive(Debug, Clone)]
pub(crate) struct Labelled {
    /// The language of its file.
    pub(crate) language: &'static str,
    /// The type a person would give it.
    pub(crate) note_type: &'static str,
    /// The tags a person would give it.
    pub(crate) tags: Vec<String>,
    /// The title a person gave it.
    pub(crate) title: &'static str,
    /// What somebody types who looks for it and slips once.
    pub(crate) query: &'static str,
    /// Its text.
    pub(crate) body: String,
}

const FILES: [(&str, &str); 10] = [
    ("en", include_str!("en.txt")),
    ("de", include_str!("de.txt")),
    ("fr", include_str!("fr.txt")),
    ("es", include_str!("es.txt")),
    ("it", include_str!("it.txt")),
    ("pt", include_str!("pt.txt")),
    ("nl", include_str!("nl.txt")),
    ("ja", include_str!("ja.txt")),
    ("zh", include_str!("zh.txt")),
    ("ru", include_str!("ru.txt")),
];

/// All notes, language by language.
pub(crate) fn notes() -> Vec<Labelled> {
    let mut notes = Vec::new();
    for (language, file) in FILES {
        for line in file.lines() {
            if let Some(head) = line.strip_prefix("== ") {
                let mut fields = head.split(" | ");
                let mut field = || fields.next().unwrap_or_else(|| panic!("{head}"));
                notes.push(Labelled {
                    language,
                    note_type: field(),
                    tags: field().split(' ').map(str::to_owned).collect(),
                    title: field(),
                    query: field(),
                    body: String::new(),
                });
            } else if let Some(note) = notes.last_mut() {
                note.body.push_str(line);
                note.body.push('\n');
            }
        }
    }
    notes
}
