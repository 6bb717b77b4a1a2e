//! Ways to write the same content, for what nobody can know without a real account.
//!
//! Notion's documentation leaves open which of several equivalent spellings its renderer chooses
//! ("Enhanced markdown", and question 5 to 7 of what only a real account can settle). A client must
//! hold under all of them, so each is a switch; all can be drawn from a seed.

use rand::{Rng, RngExt as _, SeedableRng as _, rngs::StdRng};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ids, markdown::inline::short_color};

/// Which characters get a backslash.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Escapes {
    /// The documented list, everywhere.
    #[default]
    Documented,
    /// Only where the text would be read differently without.
    Fewer,
    /// Everything that Markdown dialects give a meaning to.
    More,
}

/// How tables are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tables {
    #[default]
    Xml,
    /// With bars, as an example of the documentation has one; what bars cannot say stays XML.
    Pipe,
}

/// What is in front of an item of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Bullet {
    #[default]
    Dash,
    Star,
    Plus,
}

impl Bullet {
    pub(crate) fn sign(self) -> char {
        match self {
            Self::Dash => '-',
            Self::Star => '*',
            Self::Plus => '+',
        }
    }
}

/// One way to write Markdown; the default is what the documentation and the recordings say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct Style {
    pub(crate) escapes: Escapes,
    pub(crate) tables: Tables,
    pub(crate) bullet: Bullet,
    /// Numbered items count up; else each is a `1.`.
    pub(crate) counted: bool,
    /// Mentions carry the title of their page or the name of their person.
    pub(crate) mention_titles: bool,
    /// Line breaks are `<br/>`.
    pub(crate) closed_breaks: bool,
    /// An empty line between blocks of the first level.
    pub(crate) blank_lines: bool,
    /// Colours as the block API spells them (`blue_background`).
    pub(crate) long_colors: bool,
    /// Pages at `https://www.notion.so/…`, as before June 2026.
    pub(crate) www_addresses: bool,
    /// A line break at the very end.
    pub(crate) final_newline: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            escapes: Escapes::default(),
            tables: Tables::default(),
            bullet: Bullet::default(),
            counted: true,
            mention_titles: true,
            closed_breaks: false,
            blank_lines: false,
            long_colors: false,
            www_addresses: false,
            final_newline: false,
        }
    }
}

impl Style {
    /// A style drawn from a source of chance; each switch is off its default half of the time.
    pub(crate) fn random(rng: &mut impl Rng) -> Self {
        Self {
            escapes: match rng.random_range(0..3) {
                0 => Escapes::Documented,
                1 => Escapes::Fewer,
                _ => Escapes::More,
            },
            bullet: match rng.random_range(0..3) {
                0 => Bullet::Dash,
                1 => Bullet::Star,
                _ => Bullet::Plus,
            },
            tables: if rng.random() {
                Tables::Pipe
            } else {
                Tables::Xml
            },
            counted: rng.random(),
            mention_titles: rng.random(),
            closed_breaks: rng.random(),
            blank_lines: rng.random(),
            long_colors: rng.random(),
            www_addresses: rng.random(),
            final_newline: rng.random(),
        }
    }

    pub(crate) fn seeded(seed: u64) -> Self {
        Self::random(&mut StdRng::seed_from_u64(seed))
    }

    /// A colour as Markdown spells it.
    pub(crate) fn color(&self, color: &str) -> String {
        if self.long_colors {
            color.to_owned()
        } else {
            short_color(color)
        }
    }

    /// The address of a page.
    pub(crate) fn page_url(&self, id: Uuid) -> String {
        if self.www_addresses {
            format!("https://www.notion.so/{}", id.simple())
        } else {
            ids::page_url(id)
        }
    }

    /// A line break inside a block.
    pub(crate) fn line_break(&self) -> &'static str {
        if self.closed_breaks { "<br/>" } else { "<br>" }
    }
}

/// The switch `markdown_skew`: off, the commonest differences, a seed, or a style by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Skew {
    /// `true` is mentions without titles and line breaks that close themselves.
    Simple(bool),
    Seeded(Seed),
    Named(Style),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seed {
    pub(crate) seed: u64,
}

impl Default for Skew {
    fn default() -> Self {
        Self::Simple(false)
    }
}

impl Skew {
    pub(crate) fn style(self) -> Style {
        match self {
            Self::Simple(false) => Style::default(),
            Self::Simple(true) => Style {
                mention_titles: false,
                closed_breaks: true,
                ..Style::default()
            },
            Self::Seeded(Seed { seed }) => Style::seeded(seed),
            Self::Named(style) => style,
        }
    }
}
