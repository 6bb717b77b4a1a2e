//! The texts of the sample workspace.

/// A sample note.
#[derive(Debug)]
pub(crate) struct Note {
    pub(crate) title: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) tags: &'static str,
    /// Age in minutes.
    pub(crate) minutes: i64,
    pub(crate) text: &'static str,
}

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// Pages beside the assistant's: title, icon, age in minutes, text.
pub(crate) const ORDINARY: &[(&str, &str, i64, &str)] = &[
    (
        "Household",
        "🏡",
        40 * DAY,
        "## This week\n- [x] Order coal\n- [ ] Answer the piano tuner\n- [ ] Seeds for the garden\n\
         <callout icon=\"🔑\" color=\"yellow_bg\">\n\tThe spare key is with Mrs Somerville.\n</callout>",
    ),
    (
        "Travel to Turin",
        "🚂",
        12 * DAY,
        "| Day | From | To |\n|---|---|---|\n| Monday | London | Dover |\n| Tuesday | Calais | Paris |\n\
         | Friday | Lyon | Turin |\n> Passports, the drawings, warm gloves.",
    ),
    (
        "Letters",
        "✉️",
        5 * DAY,
        "Drafts of letters that are not sent yet.\n---\n*Dear Mr Faraday,* your paper on lines of force \
         kept me awake, and that is meant as praise.",
    ),
];

/// The assistant's notes.
pub(crate) const NOTES: &[Note] = &[
    Note {
        title: "Jacquard loom, how it works",
        icon: "📚",
        kind: "Reference",
        tags: "#loom #cards",
        minutes: 19 * DAY,
        text: "A chain of punched cards decides, pick by pick, which warp threads are lifted.\n\
               ## In short\n1. A hole lets a needle through.\n2. The needle lifts its hook.\n\
               3. The hook lifts its threads.\nThe chain can be **as long as one likes**, and it can \
               *run backwards*.",
    },
    Note {
        title: "Symbols used in the Notes",
        icon: "📚",
        kind: "Reference",
        tags: "#engine #notation",
        minutes: 16 * DAY,
        text: "- $V_n$ the variables, columns of the store\n- $B_n$ the numbers of Bernoulli\n\
               - `←` receives the value of",
    },
    Note {
        title: "Reading list",
        icon: "📌",
        kind: "Reference",
        tags: "#books",
        minutes: 10 * DAY,
        text: "- [x] Menabrea, *Notions sur la machine analytique*\n\
               - [ ] De Morgan on series, the second half\n\
               - [ ] The catalogue of the exhibition of looms, see [[Jacquard loom, how it works]]",
    },
    Note {
        title: "ベルヌーイ数の計算",
        icon: "💡",
        kind: "Idea",
        tags: "#engine #numbers",
        minutes: 13 * DAY,
        text: "ベルヌーイ数を機械で計算する手順。\n$$\n\\frac{x}{e^x-1} = \\sum_{n=0}^{\\infty} \
               \\frac{B_n x^n}{n!}\n$$\n変数の表は [[Symbols used in the Notes]] を見ること。",
    },
    Note {
        title: "Music from numbers",
        icon: "💡",
        kind: "Idea",
        tags: "#music #engine",
        minutes: 4 * DAY,
        text: "If the relations of pitched sounds can be put into symbols, the engine might compose \
               pieces of any length. The Analytical engine review did not get to it.",
    },
    Note {
        title: "Notes that write themselves down",
        icon: "💡",
        kind: "Idea",
        tags: "#habits",
        minutes: 3 * DAY,
        text: "A thought is lost between having it and finding paper. What if the paper came first?\n\
               <details>\n<summary>Objections</summary>\n\t- Too many notes.\n\t- Who reads them? A good \
               **table of contents** does.\n</details>",
    },
    Note {
        title: "Poetical science",
        icon: "💡",
        kind: "Idea",
        tags: "#philosophy",
        minutes: 8 * DAY,
        text: "> Imagination is the discovering faculty.\nIt sees what mathematics then proves. Compare \
               [[Music from numbers]].",
    },
    Note {
        title: "Punch card supplier call",
        icon: "📝",
        kind: "Meeting",
        tags: "#cards #supplier",
        minutes: 2 * DAY,
        text: "Pasteboard of the present thickness tears after about four hundred passes.\n\
               - [ ] Samples of thicker stock\n- [ ] A price for ten thousand\n\
               Background: [[Jacquard loom, how it works]]",
    },
    Note {
        title: "Weekly with Charles",
        icon: "📝",
        kind: "Meeting",
        tags: "#engine #weekly",
        minutes: 47 * HOUR,
        text: "We went over the [[Analytical engine review]] and moved the demo to March.\n\
               - The treasury has not answered.\n- Charles wants a larger store, I want a shorter program.",
    },
    Note {
        title: "Analytical engine review",
        icon: "📝",
        kind: "Meeting",
        tags: "#engine #turin",
        minutes: 30,
        text: "Charles walked through the mill and the store. The store holds a thousand numbers of \
               fifty digits; the mill does the four operations. See [[Jacquard loom, how it works]] for \
               the cards.\n## Decisions\n- [x] Two card decks: operations and variables\n\
               - [ ] Write the table for [[ベルヌーイ数の計算]] as the worked example\n\
               - [ ] Ask [[Punch card supplier call]] about thicker stock\n## Loop, as cards\n\
               ```plain text\nV4 ← V4 − V1      # decrement\nif V4 ≠ 0: back 3   # repeat the cycle\n```",
    },
    Note {
        title: "Prepare the Turin lecture",
        icon: "☑️",
        kind: "Task",
        tags: "#turin",
        minutes: 6 * DAY,
        text: "- [ ] Use the loop from [[Analytical engine review]].\n- [ ] Slides: no more than nine drawings\n\
               - [x] Write to Menabrea, see [[Answer Menabrea]]",
    },
    Note {
        title: "Answer Menabrea",
        icon: "☑️",
        kind: "Task",
        tags: "#turin #letters",
        minutes: 7 * DAY,
        text: "He asks which of the notes are mine. **All of them**, and he may say so.\n\
               - [ ] Enclose the table of [[ベルヌーイ数の計算]]",
    },
];
