//! How files are spoken of.

use octavo_contract::FileKind;

/// The word for what a file is.
pub(crate) fn word(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Image => "picture",
        FileKind::Video => "film",
        FileKind::Audio => "sound",
        FileKind::Pdf | FileKind::File => "file",
    }
}

/// A length in the unit people use for it.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")];
    let unit = UNITS.iter().find(|(unit, _)| bytes >= *unit);
    unit.map_or_else(
        || format!("{bytes} bytes"),
        |(unit, name)| {
            let tenths = bytes * 10 / unit;
            if tenths.is_multiple_of(10) {
                format!("{} {name}", tenths / 10)
            } else {
                format!("{}.{} {name}", tenths / 10, tenths % 10)
            }
        },
    )
}
