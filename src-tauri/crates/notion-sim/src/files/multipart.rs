//! `multipart/form-data`, as far as one file and a few small fields need it (RFC 7578).

/// A form that arrived.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Form<'a> {
    pub(super) file: Option<FilePart<'a>>,
    pub(super) fields: Vec<(String, String)>,
}

/// The part named `file`.
#[derive(Debug, PartialEq)]
pub(super) struct FilePart<'a> {
    pub(super) filename: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) bytes: &'a [u8],
}

/// The boundary a content type names.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let mut pieces = content_type.split(';');
    let kind = pieces.next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    pieces.find_map(|piece| {
        let (name, value) = piece.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("boundary")
            .then(|| value.trim().trim_matches('"').to_owned())
            .filter(|value| !value.is_empty())
    })
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|w| w == needle)
}

/// Reads a form; `None` if it is not one.
pub(super) fn parse<'a>(body: &'a [u8], boundary: &str) -> Option<Form<'a>> {
    let opening = format!("--{boundary}");
    let closing = format!("\r\n--{boundary}");
    let mut rest = body.get(find(body, opening.as_bytes())?..)?;
    rest = rest.get(opening.len()..)?;
    let mut form = Form::default();
    loop {
        if rest.starts_with(b"--") {
            return Some(form);
        }
        // Blanks may follow a boundary.
        let line = find(rest, b"\r\n")?;
        rest = rest.get(line + 2..)?;
        let head = find(rest, b"\r\n\r\n").map(|at| (at, at + 4));
        let (head_end, body_start) = if rest.starts_with(b"\r\n") {
            (0, 2)
        } else {
            head?
        };
        let headers = String::from_utf8_lossy(rest.get(..head_end)?).into_owned();
        rest = rest.get(body_start..)?;
        // An empty part ends where it begins.
        let end = find(rest, closing.as_bytes())?;
        let bytes = rest.get(..end)?;
        rest = rest.get(end + closing.len()..)?;
        add(&mut form, &headers, bytes);
    }
}

fn add<'a>(form: &mut Form<'a>, headers: &str, bytes: &'a [u8]) {
    let header = |wanted: &str| {
        headers.split("\r\n").find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim()
                .eq_ignore_ascii_case(wanted)
                .then(|| value.trim().to_owned())
        })
    };
    let disposition = header("content-disposition").unwrap_or_default();
    let Some(name) = parameter(&disposition, "name") else {
        return;
    };
    if name == "file" {
        form.file = Some(FilePart {
            filename: parameter(&disposition, "filename"),
            content_type: header("content-type"),
            bytes,
        });
    } else {
        let value = String::from_utf8_lossy(bytes).into_owned();
        form.fields.push((name, value));
    }
}

/// A parameter of `Content-Disposition`; a quoted one may contain semicolons.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (name, after) = rest.split_once('=')?;
        let (value, left) = if let Some(quoted) = after.strip_prefix('"') {
            unquoted(quoted)
        } else {
            let (value, left) = after.split_once(';').unwrap_or((after, ""));
            (value.trim().to_owned(), left)
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = left.trim_start().trim_start_matches(';');
        if rest.is_empty() {
            return None;
        }
    }
}

/// A quoted value up to its end, and what follows.
fn unquoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => value.extend(chars.next().map(|(_, c)| c)),
            '"' => return (value, text.get(at + 1..).unwrap_or_default()),
            c => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_clients_send() {
        let kind = "multipart/form-data; boundary=\"x y\"";
        assert_eq!(boundary(kind).as_deref(), Some("x y"));
        assert_eq!(boundary("application/json"), None);
        let body = b"--b\r\nContent-Disposition: form-data; name=\"part_number\"\r\n\r\n2\r\n\
                     --b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a;\\\"b.txt\"\r\n\
                     Content-Type: text/plain\r\n\r\none\r\n-b\r\ntwo\r\n--b--\r\n";
        let form = parse(body, "b").unwrap();
        assert_eq!(form.fields, [("part_number".to_owned(), "2".to_owned())]);
        let file = form.file.unwrap();
        assert_eq!(file.filename.as_deref(), Some("a;\"b.txt"));
        assert_eq!(file.content_type.as_deref(), Some("text/plain"));
        assert_eq!(file.bytes, b"one\r\n-b\r\ntwo");
    }

    #[test]
    fn empty_and_broken_forms() {
        let body = b"--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n\r\n--b--";
        assert_eq!(parse(body, "b").unwrap().file.unwrap().bytes, b"");
        assert_eq!(parse(b"", "b"), None);
        assert_eq!(parse(b"--b\r\nno end", "b"), None);
        assert_eq!(parse(b"--b--", "b"), Some(Form::default()));
    }
}
