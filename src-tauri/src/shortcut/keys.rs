//! Keys as a person writes and reads them.

use std::collections::BTreeSet;
use std::fmt;

/// A combination of keys that may be a shortcut on the whole desktop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keys {
    /// What is held with it, in the order in which it is written.
    pub(crate) held: BTreeSet<Held>,
    /// The key as it is written, one of [`named`] or a letter, digit or mark.
    pub(crate) key: String,
}

/// A key that is held while another is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Held {
    Ctrl,
    Alt,
    Shift,
    /// The key with the logo.
    Super,
}

/// Why a text names no such combination.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeysError {
    /// A word in it is no key.
    #[error("“{0}” is not a key that Octavo knows.")]
    Unknown(String),
    /// Only keys that are held.
    #[error("A shortcut needs a key besides Ctrl, Alt, Shift and the logo key.")]
    NoKey,
    /// More than one.
    #[error("A shortcut has one key besides Ctrl, Alt, Shift and the logo key.")]
    SecondKey,
    /// It would take away a key one types with.
    #[error("A shortcut needs Ctrl, Alt or the logo key, or one could not type {0} any more.")]
    Typing(String),
}

/// The keys that have a name, each with what X calls it.
const NAMED: [(&str, u32); 14] = [
    ("Space", 0x20),
    ("Enter", 0xff0d),
    ("Tab", 0xff09),
    ("Backspace", 0xff08),
    ("Insert", 0xff63),
    ("Delete", 0xffff),
    ("Home", 0xff50),
    ("End", 0xff57),
    ("PageUp", 0xff55),
    ("PageDown", 0xff56),
    ("Left", 0xff51),
    ("Up", 0xff52),
    ("Right", 0xff53),
    ("Down", 0xff54),
];
const MARKS: &str = ",.;/'[]\\-=`";
const FIRST_FUNCTION_KEY: u32 = 0xffbe;

impl Keys {
    /// Reads keys such as “Ctrl+Shift+Space”, however they are cased and ordered.
    pub(crate) fn read(text: &str) -> Result<Self, KeysError> {
        let mut keys = Self {
            held: BTreeSet::new(),
            key: String::new(),
        };
        for word in text.split('+').map(str::trim) {
            let held = match word.to_lowercase().as_str() {
                "ctrl" | "control" | "commandorcontrol" | "cmdorctrl" => Held::Ctrl,
                "alt" | "option" => Held::Alt,
                "shift" => Held::Shift,
                "super" | "meta" | "win" | "cmd" | "command" => Held::Super,
                _ if !keys.key.is_empty() => return Err(KeysError::SecondKey),
                _ => {
                    keys.key =
                        canonical(word).ok_or_else(|| KeysError::Unknown(word.to_owned()))?;
                    continue;
                }
            };
            keys.held.insert(held);
        }
        if keys.key.is_empty() {
            return Err(KeysError::NoKey);
        }
        let held = keys.held.iter().any(|held| *held != Held::Shift);
        if !held && function_number(&keys.key).is_none() {
            return Err(KeysError::Typing(keys.to_string()));
        }
        Ok(keys)
    }

    /// What X calls the key.
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "only X asks for it")
    )]
    pub(crate) fn keysym(&self) -> Option<u32> {
        if let Some((_, symbol)) = NAMED.iter().find(|(name, _)| *name == self.key) {
            return Some(*symbol);
        }
        if let Some(number) = function_number(&self.key) {
            return Some(FIRST_FUNCTION_KEY + number - 1);
        }
        self.key.to_ascii_lowercase().chars().next().map(u32::from)
    }
}

/// What the portal calls marks and the keys whose XKB name is another than ours.
const XKB: [(&str, &str); 16] = [
    ("Space", "space"),
    ("Enter", "Return"),
    ("Backspace", "BackSpace"),
    ("PageUp", "Page_Up"),
    ("PageDown", "Page_Down"),
    (",", "comma"),
    (".", "period"),
    (";", "semicolon"),
    ("/", "slash"),
    ("'", "apostrophe"),
    ("[", "bracketleft"),
    ("]", "bracketright"),
    ("\\", "backslash"),
    ("-", "minus"),
    ("=", "equal"),
    ("`", "grave"),
];

impl Keys {
    /// The keys as the desktop's portal takes them: modifiers in capitals, then the key's XKB name
    /// (the XDG specification “shortcuts”).
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "only Linux has the portal")
    )]
    pub(crate) fn trigger(&self) -> String {
        let held = self.held.iter().map(|held| match held {
            Held::Ctrl => "CTRL",
            Held::Alt => "ALT",
            Held::Shift => "SHIFT",
            Held::Super => "LOGO",
        });
        let key = match XKB.iter().find(|(name, _)| *name == self.key) {
            Some((_, xkb)) => (*xkb).to_owned(),
            None if self.key.len() == 1 => self.key.to_ascii_lowercase(),
            None => self.key.clone(),
        };
        held.map(str::to_owned)
            .chain([key])
            .collect::<Vec<_>>()
            .join("+")
    }
}

fn canonical(word: &str) -> Option<String> {
    if let Some((name, _)) = NAMED
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word))
    {
        return Some((*name).to_owned());
    }
    let upper = word.to_ascii_uppercase();
    if function_number(&upper).is_some() {
        return Some(upper);
    }
    let mut characters = upper.chars();
    match (characters.next(), characters.next()) {
        (Some(one), None) if one.is_ascii_alphanumeric() || MARKS.contains(one) => Some(upper),
        _ => None,
    }
}

fn function_number(key: &str) -> Option<u32> {
    key.strip_prefix('F')?
        .parse()
        .ok()
        .filter(|number| (1..=24).contains(number))
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for held in &self.held {
            write!(f, "{held:?}+")?;
        }
        f.write_str(&self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        Keys::read(text).unwrap().to_string()
    }

    #[test]
    fn keys_are_read_however_they_are_written() {
        assert_eq!(read("Ctrl+Shift+Space"), "Ctrl+Shift+Space");
        assert_eq!(read(" shift + control+ space"), "Ctrl+Shift+Space");
        assert_eq!(read("super+n"), "Super+N");
        assert_eq!(read("Alt+pageup"), "Alt+PageUp");
        assert_eq!(read("ctrl+,"), "Ctrl+,");
        assert_eq!(read("f12"), "F12");
    }

    #[test]
    fn what_is_no_shortcut_is_told_in_words() {
        let refused = |text: &str| Keys::read(text).unwrap_err();
        assert_eq!(refused("Ctrl+Shift"), KeysError::NoKey);
        assert_eq!(refused("Ctrl+A+B"), KeysError::SecondKey);
        assert_eq!(
            refused("Ctrl+Banana"),
            KeysError::Unknown("Banana".to_owned())
        );
        assert_eq!(refused("Ctrl+F25"), KeysError::Unknown("F25".to_owned()));
        assert_eq!(refused("Ctrl++"), KeysError::Unknown(String::new()));
        assert_eq!(refused(""), KeysError::Unknown(String::new()));
        assert_eq!(refused("Shift+A"), KeysError::Typing("Shift+A".to_owned()));
        assert_eq!(refused("é"), KeysError::Unknown("é".to_owned()));
    }

    #[test]
    fn the_portal_has_names_of_its_own() {
        let trigger = |text: &str| Keys::read(text).unwrap().trigger();
        assert_eq!(trigger("Ctrl+Shift+Space"), "CTRL+SHIFT+space");
        assert_eq!(trigger("Super+N"), "LOGO+n");
        assert_eq!(trigger("Ctrl+Alt+F9"), "CTRL+ALT+F9");
        assert_eq!(trigger("Alt+PageUp"), "ALT+Page_Up");
        assert_eq!(trigger("Ctrl+,"), "CTRL+comma");
    }

    #[test]
    fn x_has_a_symbol_for_each() {
        let symbol = |text: &str| Keys::read(text).unwrap().keysym();
        assert_eq!(symbol("Ctrl+Space"), Some(0x20));
        assert_eq!(symbol("Ctrl+A"), Some(0x61));
        assert_eq!(symbol("F1"), Some(0xffbe));
        assert_eq!(symbol("F12"), Some(0xffc9));
        assert_eq!(symbol("Ctrl+Delete"), Some(0xffff));
    }
}
