//! What a file is, told by its content first and by its name where content says nothing; and a name
//! that can do no harm.

use octavo_contract::FileKind;

/// Names of up to 900 bytes go into Notion ("Working with files and media"); no file system of a
/// person takes more than 255.
const LONGEST_NAME: usize = 200;
/// So much of a file's beginning is looked at.
pub(super) const HEAD: usize = 512;
const UNKNOWN: &str = "application/octet-stream";

/// Formats by the bytes they begin with, at an offset.
const SIGNATURES: [(usize, &[u8], &str); 16] = [
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"%PDF-", "application/pdf"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
];

/// Formats that have no beginning of their own, by the ending of the name. Those that have one are
/// not here: a name alone makes no picture of something else.
const ENDINGS: [(&str, &str); 10] = [
    ("txt", "text/plain"),
    ("md", "text/markdown"),
    ("csv", "text/csv"),
    ("json", "application/json"),
    ("html", "text/html"),
    ("mp3", "audio/mpeg"),
    ("zip", "application/zip"),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
];

/// The media type of a file that begins with `head` and is called `name`.
pub(super) fn media_type(head: &[u8], name: &str) -> &'static str {
    let by_content = SIGNATURES.iter().find(|(at, mark, _)| {
        head.get(*at..)
            .is_some_and(|content| content.starts_with(mark))
    });
    if let Some((_, _, media_type)) = by_content {
        return media_type;
    }
    if is_svg(head) {
        return "image/svg+xml";
    }
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ENDINGS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(ending))
        .map_or(UNKNOWN, |(_, media_type)| media_type)
}

fn is_svg(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let xml = ["<?xml", "<!--", "<!DOCTYPE svg"];
    text.starts_with("<svg")
        || (xml.iter().any(|begin| text.starts_with(begin)) && text.contains("<svg"))
}

/// As which block a file of this type is shown.
pub(super) fn kind(media_type: &str) -> FileKind {
    match media_type.split_once('/') {
        Some(("image", _)) => FileKind::Image,
        Some(("video", _)) => FileKind::Video,
        Some(("audio", _)) => FileKind::Audio,
        _ if media_type == "application/pdf" => FileKind::Pdf,
        _ => FileKind::File,
    }
}

/// The last part of a name, without what could lead elsewhere, be executed by a terminal or turn the
/// direction of reading ("photo\u{202e}gnp.exe").
pub(super) fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !is_unfit(*c)).collect();
    let plain = plain.trim().trim_matches(['.', ' ']);
    let (stem, ending) = match plain.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 16 => (stem, Some(ending)),
        _ => (plain, None),
    };
    let mut room = LONGEST_NAME.saturating_sub(ending.map_or(0, |ending| ending.len() + 1));
    let mut short: String = stem
        .chars()
        .take_while(|c| {
            let fits = c.len_utf8() <= room;
            room = room.saturating_sub(c.len_utf8());
            fits
        })
        .collect();
    if short.is_empty() {
        "file".clone_into(&mut short);
    }
    match ending {
        Some(ending) => format!("{short}.{ending}"),
        None => short,
    }
}

fn is_unfit(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_more_than_a_name() {
        for (head, name, wanted) in [
            (&b"\x89PNG\r\n\x1a\nrest"[..], "a.txt", "image/png"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "a", "image/webp"),
            (b"\0\0\0\x18ftypmp42", "a.mov", "video/mp4"),
            (b"%PDF-1.7", "a.png", "application/pdf"),
            (b"hello", "a.png", UNKNOWN),
            (b"hello", "a.TXT", "text/plain"),
            (b"<?xml version=\"1.0\"?><svg>", "a.png", "image/svg+xml"),
            (b"", "", UNKNOWN),
        ] {
            assert_eq!(media_type(head, name), wanted, "{name}");
        }
        assert_eq!(kind("application/pdf"), FileKind::Pdf);
        assert_eq!(kind("image/svg+xml"), FileKind::Image);
        assert_eq!(kind(UNKNOWN), FileKind::File);
    }

    #[test]
    fn a_name_leads_nowhere() {
        for (name, wanted) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\a.png", "a.png"),
            ("a\u{202e}gnp.exe", "agnp.exe"),
            ("new\nline\0.txt", "newline.txt"),
            ("..", "file"),
            ("", "file"),
            (".hidden", "hidden"),
            ("Skizze für Höhe.png", "Skizze für Höhe.png"),
        ] {
            assert_eq!(safe_name(name), wanted, "{name:?}");
        }
        let long = safe_name(&format!("{}.png", "日".repeat(400)));
        assert!(long.len() <= LONGEST_NAME && std::path::Path::new(&long).extension().is_some());
    }
}
