//! How much of one list stands in another, in order.

use std::collections::HashMap;

/// The length of the longest common subsequence, exactly.
///
/// Bits stand for places in `wanted` (Hyyrö's bit-vector form): a place of 64 changes only where the
/// word occurs or a carry arrives, so a text of a hundred thousand words takes no time to speak of.
pub(crate) fn common(wanted: &[String], found: &[String]) -> usize {
    let mut places: HashMap<&str, Vec<(usize, u64)>> = HashMap::new();
    for (at, word) in wanted.iter().enumerate() {
        let (block, bit) = (at / 64, 1 << (at % 64));
        let masks = places.entry(word).or_default();
        match masks.last_mut() {
            Some((last, mask)) if *last == block => *mask |= bit,
            _ => masks.push((block, bit)),
        }
    }
    let mut bits = vec![u64::MAX; wanted.len().div_ceil(64)];
    for word in found {
        if let Some(masks) = places.get(word.as_str()) {
            advance(&mut bits, masks);
        }
    }
    bits.iter().map(|bits| bits.count_zeros() as usize).sum()
}

fn advance(bits: &mut [u64], masks: &[(usize, u64)]) {
    let mut masks = masks.iter().copied().peekable();
    let (mut block, mut carry) = (0, false);
    loop {
        let mask = match masks.peek() {
            Some((next, mask)) if *next == block || !carry => {
                (block, carry) = (*next, carry && *next == block);
                let mask = *mask;
                masks.next();
                mask
            }
            None if !carry => return,
            _ => 0,
        };
        let Some(value) = bits.get_mut(block) else {
            return;
        };
        let matches = *value & mask;
        let (sum, over) = value.overflowing_add(matches);
        let (sum, more) = sum.overflowing_add(u64::from(carry));
        *value = sum | (*value & !matches);
        carry = over || more;
        block += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::common;

    /// The textbook's table, to check the bits against.
    fn slowly(a: &[String], b: &[String]) -> usize {
        let mut row = vec![0; b.len() + 1];
        for x in a {
            let mut before = 0;
            for (at, y) in b.iter().enumerate() {
                let above = row[at + 1];
                row[at + 1] = if x == y {
                    before + 1
                } else {
                    above.max(row[at])
                };
                before = above;
            }
        }
        row[b.len()]
    }

    #[test]
    fn bits_count_what_the_table_counts() {
        let mut seed = 7_u32;
        for length in [1, 5, 63, 64, 65, 200, 700] {
            for kinds in [2, 5, 40] {
                let mut text = |length: usize| -> Vec<String> {
                    std::iter::repeat_with(|| {
                        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        ((seed >> 16) % kinds).to_string()
                    })
                    .take(length)
                    .collect()
                };
                let (a, b) = (text(length), text(length + length / 3));
                assert_eq!(
                    common(&a, &b),
                    slowly(&a, &b),
                    "{length} words of {kinds} kinds"
                );
            }
        }
    }
}
