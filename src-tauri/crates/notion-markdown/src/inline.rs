//! Building runs of inline content.

use crate::model::{Inline, Span, Style};
pub(crate) use crate::normal::{normalize, split_blanks};

/// How many marks may be open at once; further ones stay text.
const MAX_OPEN: usize = 32;

/// A pair of markers that changes the style of what is between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mark {
    Bold,
    Italic,
    Strike,
    Code,
    /// A `<span>`; without both it says nothing.
    Span {
        underline: bool,
        color: Option<String>,
    },
    /// A tag we do not know: once it closes, both tags are kept as they are.
    Foreign,
    /// A `[` that may become a link.
    Bracket,
}

/// What closes a mark: several marks share a closing marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closer {
    Bold,
    Italic,
    Strike,
    Span,
    Bracket,
}

impl Mark {
    fn closes_with(&self) -> Closer {
        match self {
            Self::Bold => Closer::Bold,
            Self::Italic => Closer::Italic,
            Self::Strike => Closer::Strike,
            Self::Bracket => Closer::Bracket,
            _ => Closer::Span,
        }
    }

    pub(crate) fn apply(&self, style: &mut Style) {
        match self {
            Self::Bold => style.bold = true,
            Self::Italic => style.italic = true,
            Self::Strike => style.strike = true,
            Self::Code => style.code = true,
            Self::Span { underline, color } => {
                style.underline |= underline;
                if style.color.is_none() {
                    style.color.clone_from(color);
                }
            }
            Self::Foreign | Self::Bracket => {}
        }
    }
}

/// Something inside a paragraph: a span, or a block that will split the paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Span(Span),
    Image { caption: Vec<Span>, url: String },
    Equation(String),
}

#[derive(Debug)]
struct Opener {
    mark: Mark,
    at: usize,
    /// The name of the HTML tag, when it was one: `</i>` closes `<i>`, never `*`.
    html: Option<String>,
}

/// Collects pieces; marks are applied when they close, and stay text when they never do.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    pieces: Vec<Piece>,
    open: Vec<Opener>,
    /// The style of what is pushed now.
    pub(crate) style: Style,
}

impl Builder {
    /// A builder that collects pieces in this memory.
    pub(crate) fn with(pieces: Vec<Piece>) -> Self {
        Self {
            pieces,
            ..Self::default()
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.pieces.len()
    }

    pub(crate) fn text(&mut self, text: &str) {
        let apart = self
            .open
            .last()
            .is_none_or(|opener| opener.at + 1 < self.pieces.len());
        if let Some(Piece::Span(Span {
            content: Inline::Text(last),
            style,
        })) = self.pieces.last_mut()
            && *style == self.style
            && apart
        {
            last.push_str(text);
            return;
        }
        self.push(Inline::Text(text.to_owned()));
    }

    pub(crate) fn push(&mut self, content: Inline) {
        let style = self.style.clone();
        self.pieces.push(Piece::Span(Span { content, style }));
    }

    pub(crate) fn push_piece(&mut self, piece: Piece) {
        self.pieces.push(piece);
    }

    pub(crate) fn extend(&mut self, spans: Vec<Span>) {
        self.pieces.extend(spans.into_iter().map(Piece::Span));
    }

    /// Whether a mark with this closer is open.
    pub(crate) fn has_open(&self, closer: Closer) -> bool {
        self.open
            .iter()
            .any(|opener| opener.html.is_none() && opener.mark.closes_with() == closer)
    }

    /// Opens a mark written as `literal`.
    pub(crate) fn open(&mut self, mark: Mark, literal: &str, html: Option<&str>) {
        self.push(Inline::Text(literal.to_owned()));
        if self.open.len() < MAX_OPEN {
            let at = self.pieces.len() - 1;
            self.open.push(Opener {
                mark,
                at,
                html: html.map(str::to_owned),
            });
        } else if mark == Mark::Bracket {
            // The newest bracket is the likeliest start of a link.
            if let Some(oldest) = self
                .open
                .iter()
                .position(|opener| opener.mark == Mark::Bracket)
            {
                self.open.remove(oldest);
                let at = self.pieces.len() - 1;
                self.open.push(Opener {
                    mark,
                    at,
                    html: None,
                });
            }
        }
    }

    /// Closes the newest matching mark; without one the closer is text.
    pub(crate) fn close(&mut self, closer: Closer, literal: &str, html: Option<&str>) -> bool {
        let found = self.open.iter().rposition(|opener| {
            opener.html.as_deref() == html
                && (html.is_some() || opener.mark.closes_with() == closer)
        });
        let Some(found) = found else {
            self.text(literal);
            return false;
        };
        let opener = self.open.remove(found);
        if opener.mark == Mark::Foreign {
            if let Some(Piece::Span(span)) = self.pieces.get_mut(opener.at)
                && let Inline::Text(text) = &mut span.content
            {
                span.content = Inline::Raw(std::mem::take(text));
            }
            self.push(Inline::Raw(literal.to_owned()));
            return true;
        }
        self.erase(opener.at);
        self.apply(opener.at + 1, &opener.mark);
        true
    }

    /// Where the newest open bracket is, if any.
    pub(crate) fn bracket(&self) -> Option<usize> {
        self.open
            .iter()
            .rposition(|opener| opener.mark == Mark::Bracket)
    }

    /// Gives up on the newest open bracket: it is text.
    pub(crate) fn drop_bracket(&mut self) {
        if let Some(found) = self.bracket() {
            self.open.remove(found);
        }
    }

    /// Makes a link of everything since the newest bracket. Links never nest, so older brackets are text.
    pub(crate) fn link(&mut self, url: &str) {
        let Some(found) = self.bracket() else { return };
        let at = self.open.remove(found).at;
        self.open.retain(|opener| opener.mark != Mark::Bracket);
        self.erase(at);
        for piece in self.pieces.iter_mut().skip(at + 1) {
            if let Piece::Span(span) = piece {
                span.style.link = Some(url.to_owned());
            }
        }
    }

    fn erase(&mut self, at: usize) {
        if let Some(Piece::Span(Span {
            content: Inline::Text(text),
            ..
        })) = self.pieces.get_mut(at)
        {
            text.clear();
        }
    }

    fn apply(&mut self, from: usize, mark: &Mark) {
        for piece in self.pieces.iter_mut().skip(from) {
            if let Piece::Span(span) = piece {
                mark.apply(&mut span.style);
            }
        }
    }

    /// The pieces, with neighbouring spans not yet normalised.
    pub(crate) fn pieces(self) -> Vec<Piece> {
        self.pieces
    }

    /// The spans in normal form; pieces that are blocks become links or text.
    pub(crate) fn spans(mut self) -> Vec<Span> {
        gather(&mut self.pieces)
    }
}

/// Takes pieces out as spans in normal form; pieces that are blocks become links or text.
///
/// The list of spans is as long as it must be, and the memory of the pieces can be used again.
pub(crate) fn gather(pieces: &mut Vec<Piece>) -> Vec<Span> {
    let mut spans = Vec::with_capacity(pieces.len());
    for piece in pieces.drain(..) {
        match piece {
            Piece::Span(Span {
                content: Inline::Text(text),
                ..
            }) if text.is_empty() => {}
            Piece::Span(span) => spans.push(span),
            Piece::Equation(text) => spans.push(Span::plain(Inline::Math(text))),
            Piece::Image { caption, url } => spans.extend(image_as_link(caption, &url)),
        }
    }
    normalize(spans)
}

/// An image where Notion allows none: a link that reads as its caption.
fn image_as_link(mut caption: Vec<Span>, url: &str) -> Vec<Span> {
    if caption.is_empty() {
        caption.push(Span::text(url));
    }
    for span in &mut caption {
        span.style.link.get_or_insert_with(|| url.to_owned());
    }
    caption
}
