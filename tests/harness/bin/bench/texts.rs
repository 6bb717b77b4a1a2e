//! Texts like people's: a few words everywhere, most of them rare; the same in every run.

/// How many different words there are.
const WORDS: u64 = 30_000;
/// The one-hundred-and-twenty words of a note make about 800 bytes.
const LENGTH: u64 = 120;

/// Makes one text after another.
pub(crate) struct Texts(u64);

impl Texts {
    pub(crate) fn begin() -> Self {
        Self(0x9E37_79B9_7F4A_7C15)
    }

    fn next(&mut self) -> u64 {
        // xorshift64*: Vigna, “An experimental exploration of Marsaglia's xorshift generators”.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }

    /// A word: the lower its number, the more often it comes, about as Zipf found.
    fn word(&mut self) -> String {
        let bits = self.next() % 15;
        let range = (WORDS >> bits).max(2);
        word(self.next() % range)
    }

    /// A title and a body.
    pub(crate) fn note(&mut self) -> (String, String) {
        let title: Vec<String> = (0..4).map(|_| self.word()).collect();
        let mut body = String::new();
        for at in 1..=LENGTH {
            body.push_str(&self.word());
            body.push_str(match at % 40 {
                0 => "\n\n## ",
                10 => ".\n\n- ",
                20 => ", ",
                _ => " ",
            });
        }
        (
            title.join(" "),
            body.trim_end_matches(['#', ' ']).to_owned(),
        )
    }
}

/// A word of syllables, the same for the same number.
pub(crate) fn word(number: u64) -> String {
    const BEGIN: [&str; 16] = [
        "b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "br", "ch",
    ];
    const MIDDLE: [&str; 8] = ["a", "e", "i", "o", "u", "ea", "ou", "ie"];
    let mut rest = number;
    let mut out = String::new();
    loop {
        let begin = usize::try_from(rest % 16).unwrap_or_default();
        let middle = usize::try_from(rest / 16 % 8).unwrap_or_default();
        out.extend(
            BEGIN
                .get(begin)
                .into_iter()
                .chain(MIDDLE.get(middle))
                .copied(),
        );
        rest /= 128;
        if rest == 0 {
            break;
        }
    }
    // Short words would all be common ones.
    if number > 40 {
        out.push_str(
            ["n", "r", "s", "t"]
                .get(usize::try_from(number % 4).unwrap_or_default())
                .copied()
                .unwrap_or_default(),
        );
    }
    out
}

/// What a person types, letter by letter: short beginnings of common words, rare words, two of them,
/// and words with a slip.
pub(crate) fn queries() -> Vec<String> {
    let mut queries = Vec::new();
    for number in [0, 3, 17, 40, 120, 300, 900, 2_500, 7_000, 20_000] {
        let whole = word(number);
        for end in 1..=whole.len() {
            queries.extend(whole.get(..end).map(str::to_owned));
        }
        queries.push(format!("{} {}", word(number), word(number / 2 + 1)));
        queries.push(format!("{} {}", word(1), whole.get(..1).unwrap_or(&whole)));
        queries.push(format!("{} {} {}", word(2), word(number), word(5)));
        let mut slip = whole;
        slip.insert(2, 'x');
        queries.push(slip);
    }
    queries
}
