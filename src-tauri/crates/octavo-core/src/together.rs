//! Three texts side by side: what two people made of one, block by block. Pure.

use octavo_contract::{ConflictPart, ConflictSide};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Who changed what of a text.
pub(crate) fn changed(base: &str, mine: &str, theirs: &str) -> ConflictSide {
    if mine == theirs {
        ConflictSide::Nobody
    } else if mine == base {
        ConflictSide::Notion
    } else if theirs == base {
        ConflictSide::Here
    } else {
        ConflictSide::Both
    }
}

/// The three texts part by part. Joined with empty lines, the parts of each text are that text but for
/// the number of empty lines between its blocks.
pub(crate) fn parts(base: &str, mine: &str, theirs: &str) -> Vec<ConflictPart> {
    let (base, mine, theirs) = (blocks(base), blocks(mine), blocks(theirs));
    let (in_mine, in_theirs) = (partners(&base, &mine), partners(&base, &theirs));
    let mut anchors: Vec<[usize; 3]> = Vec::new();
    for (at, partner) in in_mine.iter().enumerate() {
        if let (Some(m), Some(Some(t))) = (*partner, in_theirs.get(at).copied()) {
            anchors.push([at, m, t]);
        }
    }
    let mut found = Vec::new();
    let mut from = [0; 3];
    let end = [base.len(), mine.len(), theirs.len()];
    for anchor in anchors.iter().copied().chain([end]) {
        let span = |text: &[String], which: usize| -> String {
            let range = from.get(which).copied().zip(anchor.get(which).copied());
            range
                .and_then(|(from, to)| text.get(from..to))
                .map(|blocks| blocks.join("\n\n"))
                .unwrap_or_default()
        };
        push(&mut found, span(&base, 0), span(&mine, 1), span(&theirs, 2));
        if let Some(block) = base.get(anchor.first().copied().unwrap_or_default()) {
            push(&mut found, block.clone(), block.clone(), block.clone());
        }
        from = anchor.map(|at| at + 1);
    }
    found
}

fn push(found: &mut Vec<ConflictPart>, base: String, mine: String, theirs: String) {
    if base.is_empty() && mine.is_empty() && theirs.is_empty() {
        return;
    }
    found.push(ConflictPart {
        changed: changed(&base, &mine, &theirs),
        base,
        mine,
        theirs,
    });
}

/// For each block of `base` the same one of `other`, in order.
fn partners(base: &[String], other: &[String]) -> Vec<Option<usize>> {
    let mut partners = vec![None; base.len()];
    for op in capture_diff_slices(Algorithm::Myers, base, other) {
        if let DiffOp::Equal {
            old_index,
            new_index,
            len,
        } = op
        {
            for step in 0..len {
                if let Some(partner) = partners.get_mut(old_index + step) {
                    *partner = Some(new_index + step);
                }
            }
        }
    }
    partners
}

/// A text's blocks: what stands between empty lines, but a fence and what it holds, and a tag and what
/// it holds, are one.
pub(crate) fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut block: Vec<&str> = Vec::new();
    let mut fence: Option<&str> = None;
    let mut depth = 0_usize;
    for line in text.lines() {
        let bare = line.trim_start();
        if line.trim().is_empty() && fence.is_none() && depth == 0 {
            finish(&mut blocks, &mut block);
            continue;
        }
        match fence {
            Some(mark)
                if bare.starts_with(mark) && bare.trim_matches(['`', '~', ' ']).is_empty() =>
            {
                fence = None;
            }
            Some(_) => {}
            None => match opens_fence(bare) {
                Some(mark) => fence = Some(mark),
                None => depth = depth_after(depth, bare),
            },
        }
        block.push(line);
    }
    finish(&mut blocks, &mut block);
    blocks
}

fn finish(blocks: &mut Vec<String>, block: &mut Vec<&str>) {
    if !block.is_empty() {
        blocks.push(block.join("\n"));
        block.clear();
    }
}

fn opens_fence(line: &str) -> Option<&str> {
    let sign = line
        .chars()
        .next()
        .filter(|sign| matches!(sign, '`' | '~'))?;
    let length = line.find(|other| other != sign).unwrap_or(line.len());
    line.get(..length).filter(|_| length >= 3)
}

/// How deep inside tags that hold blocks a text is behind this line.
fn depth_after(depth: usize, line: &str) -> usize {
    const HOLDERS: [&str; 5] = ["details", "callout", "columns", "table", "synced_block"];
    HOLDERS.iter().fold(depth, |depth, tag| {
        let opened =
            line.matches(&format!("<{tag}>")).count() + line.matches(&format!("<{tag} ")).count();
        let closed = line.matches(&format!("</{tag}>")).count();
        (depth + opened).saturating_sub(closed)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(parts: &[ConflictPart], of: fn(&ConflictPart) -> &str) -> Vec<String> {
        let texts: Vec<&str> = parts
            .iter()
            .map(of)
            .filter(|text| !text.is_empty())
            .collect();
        blocks(&texts.join("\n\n"))
    }

    proptest! {
        #[test]
        fn no_text_loses_a_block(
            base in "([a-d]{1,2}\n{1,3}){0,12}",
            mine in "([a-d]{1,2}\n{1,3}){0,12}",
            theirs in "([a-d]{1,2}\n{1,3}){0,12}",
        ) {
            let parts = parts(&base, &mine, &theirs);
            prop_assert_eq!(all(&parts, |part| &part.base), blocks(&base));
            prop_assert_eq!(all(&parts, |part| &part.mine), blocks(&mine));
            prop_assert_eq!(all(&parts, |part| &part.theirs), blocks(&theirs));
        }
    }

    #[test]
    fn each_side_is_told_apart() {
        let parts = parts(
            "one\n\ntwo\n\nthree\n\nfour\n\nfive",
            "one\n\nTWO\n\nthree\n\nmine\n\nfive",
            "one\n\ntwo\n\nthree\n\ntheirs\n\nfive\n\nsix",
        );
        let told: Vec<_> = parts
            .iter()
            .map(|part| (part.changed, part.mine.as_str(), part.theirs.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (ConflictSide::Nobody, "one", "one"),
                (ConflictSide::Here, "TWO", "two"),
                (ConflictSide::Nobody, "three", "three"),
                (ConflictSide::Both, "mine", "theirs"),
                (ConflictSide::Nobody, "five", "five"),
                (ConflictSide::Notion, "", "six"),
            ]
        );
    }

    #[test]
    fn a_fence_and_a_tag_stay_whole() {
        let text =
            "```\na\n\nb\n```\n\n<details>\n<summary>S</summary>\n\n\tx\n\n</details>\n\nend";
        assert_eq!(blocks(text).len(), 3);
    }
}
