//! What can happen in a run.

/// How a person changes a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// A word before a line's words.
    Start,
    /// A word among a line's words.
    Middle,
    /// A word after a line's words.
    End,
    /// A word of a line is taken away.
    Drop,
    /// All words of a line become another.
    Rewrite,
    /// A line is taken away.
    DropLine,
    /// A line below another, of its kind.
    NewLine,
    /// A paragraph becomes a heading, an item, a quote, or the other way round.
    Sign,
    /// A paragraph before everything.
    Top,
    /// A paragraph after everything.
    Bottom,
}

/// A fault, for requests of a method, with this probability in percent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Any method if absent.
    pub method: Option<&'static str>,
    /// Its name in the simulator.
    pub fault: &'static str,
    /// How often, in percent.
    pub percent: u32,
    /// How late a slow answer is.
    pub delay_ms: u32,
    /// Which budget a refusal for haste names.
    pub budget: &'static str,
    /// It says until when by a date.
    pub dated: bool,
}

/// What the way to Notion does to requests during one act.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Weather {
    /// What may happen.
    pub rules: Vec<Rule>,
    /// Decides when it does.
    pub seed: u64,
}

/// Something that happens while a request of a round is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meanwhile {
    /// At which request.
    pub at: u32,
    /// When Notion has done what it asks, before the answer is here; else before Notion has it.
    pub answered: bool,
    /// What happens.
    pub act: Box<Act>,
}

/// An install dies while a request of a round is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kill {
    /// At which request.
    pub at: u32,
    /// When Notion has done what it asks; else before Notion has it.
    pub answered: bool,
    /// The request goes on to Notion nevertheless.
    pub forwarded: bool,
}

/// What a person does in Notion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Person {
    /// Changes a page's text.
    Write {
        /// Which page.
        pick: u32,
        /// How.
        edit: Edit,
        /// Where in it.
        place: u32,
    },
    /// Renames a page.
    Retitle {
        /// Which page.
        pick: u32,
    },
    /// Throws a page away, or takes it out of the trash.
    Trash {
        /// Which page.
        pick: u32,
        /// The former.
        trashed: bool,
    },
    /// Moves a page out of the home, or back into it.
    Move {
        /// Which page.
        pick: u32,
        /// The former.
        out: bool,
    },
    /// Makes a page in the home.
    Page {
        /// Decides what it holds.
        salt: u64,
    },
    /// Writes on the home page itself, or on its contents page.
    OwnBlock {
        /// The latter.
        contents: bool,
        /// At its end; else at its start.
        end: bool,
    },
}

/// One step of a run. Desks are 0 and 1 (two installs on one account of one workspace) and 2 (another
/// account, in another workspace, on the first install).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// A finished note is written.
    Capture {
        /// Where.
        desk: usize,
        /// Decides what it holds.
        salt: u64,
    },
    /// A note is opened, to be written in later.
    Open {
        /// Where.
        desk: usize,
        /// Which.
        pick: u32,
    },
    /// A note is changed.
    Write {
        /// Where.
        desk: usize,
        /// Which.
        pick: u32,
        /// How.
        edit: Edit,
        /// Where in it.
        place: u32,
        /// On top of the text as it was when it was opened.
        stale: bool,
    },
    /// A note gets another title.
    Retitle {
        /// Where.
        desk: usize,
        /// Which.
        pick: u32,
    },
    /// A note is thrown away, or taken out of the trash.
    Trash {
        /// Where.
        desk: usize,
        /// Which.
        pick: u32,
        /// The former.
        trashed: bool,
    },
    /// A round of the exchange.
    Sync {
        /// Where.
        desk: usize,
        /// What goes wrong.
        weather: Weather,
        /// What happens in between.
        meanwhile: Option<Meanwhile>,
        /// Whether it is cut off.
        kill: Option<Kill>,
    },
    /// An install dies and is started again.
    Restart {
        /// Which.
        install: usize,
    },
    /// An install works in the background from now on, as it does with its window open; until it dies.
    Live {
        /// Which.
        install: usize,
        /// How long that is looked at.
        seconds: u32,
        /// What goes wrong meanwhile.
        weather: Weather,
    },
    /// Time passes.
    Wait {
        /// How much.
        seconds: u32,
    },
    /// An install's clock is set.
    Clock {
        /// Which.
        install: usize,
        /// How far ahead, or back.
        seconds: i32,
    },
    /// A person works in Notion.
    Person(Person),
    /// Notion spells its Markdown in another way, and rounds, or not.
    Skew {
        /// Decides how.
        seed: u64,
    },
    /// Search becomes slow or forgetful.
    Search {
        /// How late it knows of a change.
        lag_seconds: u32,
        /// How often it leaves out a page, in percent.
        omits: u32,
    },
    /// Every access token is refused from now on. Where somebody signed in through the browser, it is
    /// renewed, and its refresh token rolls.
    Expire,
    /// A person takes Octavo's access away in Notion: no token of this desk is good for anything.
    Withdraw {
        /// Whose.
        desk: usize,
    },
    /// Everybody who has to signs in again.
    SignIn,
    /// The disk is full as soon as a desk's database has grown by so much.
    Full {
        /// Whose.
        desk: usize,
        /// In bytes.
        room: u32,
    },
    /// There is room on the disk again.
    Room,
}
