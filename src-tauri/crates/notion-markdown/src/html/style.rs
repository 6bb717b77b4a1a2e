//! What an element of HTML says about the style of its text.

use super::dom::{Dom, Id};
use crate::model::{Style, color_name};
use crate::urls;

/// The names of colours that a note can have.
const COLORS: [&str; 9] = [
    "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red",
];

/// The colour an element was given by [`super::write`].
pub(super) fn color(dom: &Dom, id: Id) -> Option<String> {
    let name = color_name(dom.attr(id, "data-color")?)?;
    let base = name.strip_suffix("_bg").unwrap_or(&name);
    COLORS.contains(&base).then_some(name)
}

/// The style of what is inside an element of running text.
pub(super) fn inside(dom: &Dom, id: Id, outer: &Style) -> Style {
    let mut style = outer.clone();
    match dom.name(id).unwrap_or_default() {
        "b" | "strong" => style.bold = true,
        "i" | "em" | "cite" | "dfn" | "var" => style.italic = true,
        "s" | "del" | "strike" => style.strike = true,
        "u" | "ins" => style.underline = true,
        "code" | "kbd" | "samp" | "tt" => style.code = true,
        "mark" => style.color = Some("yellow_bg".to_owned()),
        "a" => {
            if let Some(url) = dom.attr(id, "href").map(str::trim)
                && urls::is_linkable(url)
                && !url.starts_with('/')
            {
                style.link = Some(urls::clean(url));
            }
        }
        _ => {}
    }
    if let Some(color) = color(dom, id) {
        style.color = Some(color);
    }
    if let Some(declarations) = dom.attr(id, "style") {
        declared(declarations, &mut style);
    }
    style
}

/// The declarations by which word processors and web editors say what they mean.
fn declared(declarations: &str, style: &mut Style) {
    for declaration in declarations.split(';') {
        let Some((name, value)) = declaration.split_once(':') else {
            continue;
        };
        let value = value.trim().to_ascii_lowercase();
        match name.trim().to_ascii_lowercase().as_str() {
            "font-weight" => {
                style.bold = match value.parse::<u32>() {
                    Ok(weight) => weight >= 600,
                    Err(_) => match value.as_str() {
                        "bold" | "bolder" => true,
                        "normal" | "lighter" => false,
                        _ => style.bold,
                    },
                };
            }
            "font-style" => match value.as_str() {
                "italic" | "oblique" => style.italic = true,
                "normal" => style.italic = false,
                _ => {}
            },
            "text-decoration" | "text-decoration-line" => {
                style.strike |= value.contains("line-through");
                // Links are underlined anyway.
                style.underline |= value.contains("underline") && style.link.is_none();
            }
            _ => {}
        }
    }
}
