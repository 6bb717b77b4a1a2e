//! What the block API calls the blocks of the model, and what it lets change in one.

use serde_json::{Value, json};

use crate::enhanced::write;
use crate::loss::Loss;
use crate::model::{Block, Document, Kind};
use crate::{canonical, code_breaks, tag};

/// The type of a block in the block API; none where its text does not tell.
pub(crate) fn kind_name(block: &Block) -> Option<&'static str> {
    Some(match &block.kind {
        Kind::Paragraph(_) => "paragraph",
        Kind::Heading { level: 1, .. } => "heading_1",
        Kind::Heading { level: 2, .. } => "heading_2",
        Kind::Heading { level: 3, .. } => "heading_3",
        Kind::Heading { .. } => "heading_4",
        Kind::Bullet(_) => "bulleted_list_item",
        Kind::Numbered { .. } => "numbered_list_item",
        Kind::Todo { .. } => "to_do",
        Kind::Quote(_) => "quote",
        Kind::Toggle(_) => "toggle",
        Kind::Callout => "callout",
        Kind::Divider => "divider",
        Kind::Code { .. } => "code",
        Kind::Equation(_) => "equation",
        Kind::Table(_) => "table",
        Kind::Image { .. } => "image",
        Kind::Opaque(source) => match tag::parse(source)?.name {
            "page" => "child_page",
            "database" => "child_database",
            "columns" => "column_list",
            "table_of_contents" => "table_of_contents",
            "video" => "video",
            "audio" => "audio",
            "file" => "file",
            "pdf" => "pdf",
            _ => return None,
        },
    })
}

/// Whether a card holds a page or database that would go with it.
pub(crate) fn holds_page(source: &str) -> bool {
    source.contains("<page ") || source.contains("<database ")
}

/// A block's own lines in canonical form, without what is below it.
pub(crate) fn own_text(block: &Block) -> String {
    let document = Document {
        blocks: vec![Block {
            children: Vec::new(),
            ..block.clone()
        }],
    };
    let mut out = String::new();
    for block in &canonical::document(document).blocks {
        write::head(&mut out, block, 0, 1);
    }
    if let Kind::Numbered {
        start: Some(start), ..
    } = &block.kind
    {
        out.push(' ');
        out.push_str(&start.to_string());
    }
    out
}

/// A block's own lines as they are written, titles of mentions included.
pub(crate) fn written(block: &Block) -> String {
    let mut out = String::new();
    write::head(&mut out, block, 0, 1);
    out
}

/// Whether the one block can become the other: of one type, and if anything is below them, of a type whose
/// children are listed as they stand in the text.
pub(crate) fn may_hold(old: &Block, new: &Block) -> bool {
    let same = kind_name(old).is_some() && kind_name(old) == kind_name(new);
    let leaf = matches!(old.kind, Kind::Code { .. } | Kind::Equation(_));
    let folds = |block: &Block| match &block.kind {
        Kind::Heading { toggle, .. } => *toggle,
        Kind::Paragraph(_)
        | Kind::Bullet(_)
        | Kind::Numbered { .. }
        | Kind::Todo { .. }
        | Kind::Quote(_)
        | Kind::Toggle(_) => true,
        _ => false,
    };
    let plain = |block: &Block| leaf || matches!(block.kind, Kind::Heading { .. });
    let holds = |block: &Block| folds(block) || plain(block) && block.children.is_empty();
    // A heading stops folding only when it is made anew.
    same && holds(old) && holds(new) && folds(old) == folds(new)
}

/// The body of the request that changes a block's own text, and what it cannot say. None where it takes more than
/// one block, or another type.
pub(crate) fn change_fields(old: &Block, new: &Block) -> Option<(Value, Vec<Loss>)> {
    let mut document = Document {
        blocks: vec![Block {
            children: Vec::new(),
            ..new.clone()
        }],
    };
    code_breaks::take_apart(&mut document.blocks);
    // No request names the first number of a list (§5.2), so one that is there stays.
    if let (Kind::Numbered { start: is, .. }, Some(Kind::Numbered { start, .. })) = (
        &old.kind,
        document.blocks.first_mut().map(|block| &mut block.kind),
    ) {
        *start = start.filter(|wanted| Some(*wanted) != *is);
    }
    let mut made = document.to_blocks();
    let name = kind_name(old)?;
    let block = made.blocks.pop()?;
    if !made.blocks.is_empty() {
        return None;
    }
    let mut fields = block.get(name)?.clone();
    let object = fields.as_object_mut()?;
    object.remove("children");
    // What is left out stays as it is.
    if !matches!(new.kind, Kind::Code { .. } | Kind::Equation(_)) {
        object.entry("color").or_insert_with(|| json!("default"));
    }
    Some((json!({ name: fields }), made.losses))
}
