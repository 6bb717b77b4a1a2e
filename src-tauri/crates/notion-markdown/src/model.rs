//! The document model that every notation is read into and written from.

/// A whole note: its top-level blocks, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// The top-level blocks.
    pub blocks: Vec<Block>,
}

/// One block, with the blocks indented below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What the block is, with its own text.
    pub kind: Kind,
    /// Attributes such as `color`, sorted by name, defaults left out.
    pub attrs: Attrs,
    /// The blocks nested below this one.
    pub children: Vec<Block>,
}

/// The sorts of block. Everything the model has no word for is [`Kind::Opaque`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Running text; without text and children it is Notion's empty block.
    Paragraph(Vec<Span>),
    /// A heading of level 1 to 4.
    Heading {
        /// 1 to 4; deeper levels are read as 4.
        level: u8,
        /// Whether the heading folds its children.
        toggle: bool,
        /// The title.
        text: Vec<Span>,
    },
    /// A bulleted list item.
    Bullet(Vec<Span>),
    /// A numbered list item.
    Numbered {
        /// The number of the first item of a run, when it is not 1. Later items of a run have none.
        start: Option<u32>,
        /// The text of the item.
        text: Vec<Span>,
    },
    /// A check box.
    Todo {
        /// Whether it is ticked.
        checked: bool,
        /// The text of the item.
        text: Vec<Span>,
    },
    /// A quotation.
    Quote(Vec<Span>),
    /// A folding block (`<details>`), with its summary.
    Toggle(Vec<Span>),
    /// A callout; its text is its children, its icon an attribute.
    Callout,
    /// A horizontal rule.
    Divider,
    /// A code block, never interpreted.
    Code {
        /// The language as it was written; may be empty.
        language: String,
        /// The code without the newline before the closing fence.
        text: String,
    },
    /// A displayed formula (TeX).
    Equation(String),
    /// A table.
    Table(Table),
    /// An image with an absolute `http(s)` address.
    Image {
        /// The caption.
        caption: Vec<Span>,
        /// The address.
        url: String,
    },
    /// Anything else Notion wrote: the exact source, without its indentation.
    Opaque(String),
}

impl Kind {
    /// Whether Notion lets blocks stand below one of this kind.
    pub(crate) fn holds_children(&self) -> bool {
        match self {
            Self::Heading { toggle, .. } => *toggle,
            Self::Divider
            | Self::Code { .. }
            | Self::Equation(_)
            | Self::Table(_)
            | Self::Image { .. }
            | Self::Opaque(_) => false,
            _ => true,
        }
    }
}

/// A table: rows of cells, all rows equally wide.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Whether the first row is a header.
    pub header_row: bool,
    /// Whether the first column is a header.
    pub header_column: bool,
    /// Attributes of columns (`color`, `width`); empty when there are none.
    pub columns: Vec<Attrs>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// One row of a [`Table`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Attributes of the row (`color`).
    pub attrs: Attrs,
    /// The cells.
    pub cells: Vec<Cell>,
}

/// One cell of a [`Row`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// Attributes of the cell (`color`).
    pub attrs: Attrs,
    /// The content.
    pub text: Vec<Span>,
}

/// A run of inline content in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What is shown.
    pub content: Inline,
    /// How it is shown.
    pub style: Style,
}

/// Inline content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Text without a newline.
    Text(String),
    /// A line break inside a block.
    Break,
    /// An inline formula (TeX).
    Math(String),
    /// A mention of a page.
    Page {
        /// The page's id, lower case with dashes.
        id: String,
        /// The title as last seen; for display only.
        title: String,
    },
    /// Inline markup of Notion without a word in this model (dates, people, citations): exact source.
    Raw(String),
}

/// Annotations of a [`Span`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "these are Notion's annotations, one flag each"
)]
pub struct Style {
    /// Bold.
    pub bold: bool,
    /// Italic.
    pub italic: bool,
    /// Struck through.
    pub strike: bool,
    /// Underlined.
    pub underline: bool,
    /// Code; only on text.
    pub code: bool,
    /// A colour name such as `red` or `red_bg`.
    pub color: Option<String>,
    /// The address of a link.
    pub link: Option<String>,
}

/// A list of attributes, sorted by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attrs(Vec<(String, String)>);

impl Attrs {
    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Sets an attribute. Colours are unified, and a value that means the default is not kept.
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.retain(|(key, _)| key != name);
        let mut value = value.to_owned();
        if name == "color" {
            let Some(color) = color_name(&value) else {
                return;
            };
            value = color;
        }
        self.0.push((name.to_owned(), value));
        self.0.sort();
    }

    /// Takes an attribute out.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.remove(at).1)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// The short spelling of a colour (`red_bg`); none for the default colour.
pub(crate) fn color_name(value: &str) -> Option<String> {
    let value = value.trim();
    let short = value
        .strip_suffix("_background")
        .map_or_else(|| value.to_owned(), |c| format!("{c}_bg"));
    (!matches!(short.as_str(), "" | "default" | "default_bg")).then_some(short)
}

impl Block {
    /// A block without attributes and children.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            attrs: Attrs::default(),
            children: Vec::new(),
        }
    }

    /// The block's own text, for those that have one.
    pub fn text(&self) -> Option<&[Span]> {
        match &self.kind {
            Kind::Paragraph(text)
            | Kind::Heading { text, .. }
            | Kind::Bullet(text)
            | Kind::Numbered { text, .. }
            | Kind::Todo { text, .. }
            | Kind::Quote(text)
            | Kind::Toggle(text)
            | Kind::Image { caption: text, .. } => Some(text),
            Kind::Callout
            | Kind::Divider
            | Kind::Code { .. }
            | Kind::Equation(_)
            | Kind::Table(_)
            | Kind::Opaque(_) => None,
        }
    }

    /// The same, to change it.
    pub fn text_mut(&mut self) -> Option<&mut Vec<Span>> {
        match &mut self.kind {
            Kind::Paragraph(text)
            | Kind::Heading { text, .. }
            | Kind::Bullet(text)
            | Kind::Numbered { text, .. }
            | Kind::Todo { text, .. }
            | Kind::Quote(text)
            | Kind::Toggle(text)
            | Kind::Image { caption: text, .. } => Some(text),
            Kind::Callout
            | Kind::Divider
            | Kind::Code { .. }
            | Kind::Equation(_)
            | Kind::Table(_)
            | Kind::Opaque(_) => None,
        }
    }
}

impl Span {
    /// A span in the default style.
    pub fn plain(content: Inline) -> Self {
        Self {
            content,
            style: Style::default(),
        }
    }

    /// Text in the default style.
    pub fn text(text: impl Into<String>) -> Self {
        Self::plain(Inline::Text(text.into()))
    }
}
