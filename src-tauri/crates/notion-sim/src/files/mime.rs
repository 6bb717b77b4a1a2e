//! Which file name means which type of content.

/// Extension and type. The first extension of a type is the one a nameless file gets.
const TYPES: &[(&str, &str)] = &[
    ("aac", "audio/aac"),
    ("mid", "audio/midi"),
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
    ("wav", "audio/wav"),
    ("wma", "audio/x-ms-wma"),
    ("m4a", "audio/mp4"),
    ("m4b", "audio/mp4"),
    ("pdf", "application/pdf"),
    ("txt", "text/plain"),
    ("md", "text/markdown"),
    ("csv", "text/csv"),
    ("html", "text/html"),
    ("json", "application/json"),
    ("zip", "application/zip"),
    ("doc", "application/msword"),
    ("dot", "application/msword"),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("xls", "application/vnd.ms-excel"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("ppt", "application/vnd.ms-powerpoint"),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    ("gif", "image/gif"),
    ("heic", "image/heic"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("webp", "image/webp"),
    ("ico", "image/vnd.microsoft.icon"),
    ("amv", "video/x-amv"),
    ("asf", "video/x-ms-asf"),
    ("avi", "video/x-msvideo"),
    ("f4v", "video/x-f4v"),
    ("flv", "video/x-flv"),
    ("gifv", "video/mp4"),
    ("mkv", "video/webm"),
    ("mov", "video/quicktime"),
    // Recorded: the name alone gives this type.
    ("mp4", "application/mp4"),
    ("mp4", "video/mp4"),
    ("mpeg", "video/mpeg"),
    ("wmv", "video/x-ms-asf"),
    ("webm", "video/webm"),
];

/// The type of a name, by its extension.
pub(super) fn of_name(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    TYPES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(extension))
        .map(|(_, kind)| *kind)
}

/// Whether a type is one of those that a name's extension stands for.
pub(super) fn fits(name: &str, kind: &str) -> bool {
    let (bare, extension) = (bare(kind), name.rsplit_once('.').map(|(_, after)| after));
    TYPES.iter().any(|(known, kind)| {
        *kind == bare && extension.is_some_and(|name| name.eq_ignore_ascii_case(known))
    })
}

/// Whether files of a type are taken; its parameters do not matter.
pub(super) fn is_known(kind: &str) -> bool {
    let bare = bare(kind);
    TYPES.iter().any(|(_, known)| *known == bare)
}

/// The extension of a type.
pub(super) fn extension(kind: &str) -> Option<&'static str> {
    let bare = bare(kind);
    TYPES
        .iter()
        .find(|(_, known)| *known == bare)
        .map(|(extension, _)| *extension)
}

/// A type in small letters without its parameters.
pub(super) fn bare(kind: &str) -> String {
    kind.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_and_types() {
        assert_eq!(super::of_name("a.b.PNG"), Some("image/png"));
        assert_eq!(super::of_name("sample-15s.mp4"), Some("application/mp4"));
        assert_eq!(super::of_name("noextension"), None);
        assert_eq!(super::of_name("tool.exe"), None);
        assert!(super::is_known("text/plain; charset=utf-8"));
        assert!(!super::is_known("application/x-msdownload"));
        assert_eq!(super::extension("image/jpeg"), Some("jpeg"));
    }
}
