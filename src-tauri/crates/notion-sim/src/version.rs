//! The `Notion-Version` header.

use crate::error::ApiError;

/// The accepted API versions, oldest first, so that they compare by age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    V20210511,
    V20210513,
    V20210816,
    V20220222,
    V20220628,
    V20250903,
    V20260311,
}

const ALL: [(&str, Version); 7] = [
    ("2021-05-11", Version::V20210511),
    ("2021-05-13", Version::V20210513),
    ("2021-08-16", Version::V20210816),
    ("2022-02-22", Version::V20220222),
    ("2022-06-28", Version::V20220628),
    ("2025-09-03", Version::V20250903),
    ("2026-03-11", Version::V20260311),
];

impl Version {
    /// Reads the header, or answers `missing_version`.
    pub(crate) fn from_header(value: Option<&str>) -> Result<Self, ApiError> {
        let Some(value) = value else {
            return Err(ApiError::new(
                400,
                "missing_version",
                "Notion-Version header failed validation: Notion-Version header should be \
                 defined, instead was `undefined`.",
            ));
        };
        if let Some((_, version)) = ALL.iter().find(|(name, _)| *name == value) {
            return Ok(*version);
        }
        let names: Vec<String> = ALL
            .iter()
            .map(|(name, _)| format!("`\"{name}\"`"))
            .collect();
        let (last, rest) = names
            .split_last()
            .map_or(("", [].as_slice()), |(l, r)| (l.as_str(), r));
        Err(ApiError::new(
            400,
            "missing_version",
            format!(
                "Notion-Version header failed validation: Notion-Version header should be {}, or \
                 {last}, instead was `\"{value}\"`.",
                rest.join(", ")
            ),
        ))
    }

    /// As the header spells it.
    pub(crate) fn name(self) -> &'static str {
        ALL.iter()
            .find(|(_, version)| *version == self)
            .map_or("2026-03-11", |(name, _)| name)
    }

    /// `in_trash` replaced `archived`, `position` replaced `after`.
    pub(crate) fn has_position(self) -> bool {
        self >= Self::V20260311
    }

    pub(crate) fn has_data_sources(self) -> bool {
        self >= Self::V20250903
    }
}
