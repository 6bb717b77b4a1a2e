//! HTML: out for a preview, sanitised, and in from a clipboard.

mod dom;
mod inline;
mod read;
mod read_blocks;
mod read_media;
mod style;
mod table;
mod word;
mod write;
mod write_cards;
mod write_inline;

use crate::loss::Converted;
use crate::model::Document;

impl Document {
    /// Writes a fragment of HTML that is safe to show: whatever a note says, no script, style or foreign
    /// address gets out.
    ///
    /// Colours are `data-color` attributes and kinds of elements are classes, so that a page can style them
    /// without inline styles. Formulas are TeX in elements of the class `math`.
    pub fn to_html(&self) -> String {
        write::document(self).value
    }

    /// Writes HTML as [`Document::to_html`], and says what HTML has no words for.
    pub fn html(&self) -> Converted<String> {
        write::document(self)
    }

    /// Reads HTML as it comes from a clipboard: what is visible, as blocks. Never fails.
    pub fn from_html(html: &str) -> Self {
        read::document(html).value
    }

    /// Reads HTML as [`Document::from_html`], and says what had to be left out.
    pub fn read_html(html: &str) -> Converted<Self> {
        read::document(html)
    }
}
