//! What can be said to `octavo`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Notes that are safe here at once and then find their place in your Notion.
#[derive(Debug, Parser)]
#[command(name = "octavo", version, about, after_help = EXIT_CODES)]
#[command(arg_required_else_help = true, propagate_version = true)]
pub(crate) struct Arguments {
    /// The folder for Octavo's data, instead of `OCTAVO_DATA_DIR`.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// The account by its name or id; the current one when not given.
    #[arg(long, global = true, value_name = "NAME|ID")]
    pub(crate) account: Option<String>,
    /// Prints one JSON document.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed
  2  said in a way octavo does not understand
  3  sign in again
  4  kept here, but not in Notion yet";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Adds, lists, chooses, renames, exports and removes accounts.
    #[command(subcommand)]
    Account(AccountCommand),
    /// Makes a note of a text and sends it.
    Capture(Capture),
    /// Sends what waits and takes over what changed in Notion; or tells what waits, and why.
    Sync(Sync),
    /// Lists, shows and changes notes.
    #[command(subcommand)]
    Note(NoteCommand),
    /// Prints the Table of Contents.
    Toc(Toc),
    /// Proposes a title, a type, tags, links and a tidier text for notes, on this computer alone unless
    /// a model is asked.
    Enhance(crate::enhance::Enhance),
    /// Answers a question by the account's notes.
    Ask(crate::ask::Ask),
    /// Shows and chooses the language model that the account's notes may be shown to; none at first.
    Models(crate::models::Models),
    /// Finds notes.
    Search(crate::search::Search),
    /// Makes notes of Markdown files; doing it again makes none twice.
    Import(crate::import::Import),
    /// Writes all notes of the account as Markdown files into a fresh folder.
    Export {
        /// The folder in which the fresh one is made.
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    /// Shows what a note links to and what links to it; without a note, links that lead nowhere.
    Links(Links),
    /// Makes links, and keeps their lists in Notion.
    #[command(subcommand)]
    Link(LinkCommand),
    /// Tells how the account's home in Notion stands, and mends it.
    Home {
        /// What is done about it; without it, it is only looked at.
        #[command(subcommand)]
        way: Option<HomeCommand>,
    },
    /// Converts a text from one notation to another: standard input to standard output.
    Convert(crate::convert::Convert),
    /// Lists what happened to sign-ins; with `--account`, to that one only.
    Audit(Audit),
    /// Tells where tokens are kept, and keeps them somewhere else.
    #[command(subcommand)]
    Vault(VaultCommand),
    /// Tells where everything is and what works.
    Doctor {
        /// Looks instead whether anything of one account is in another: first in a rehearsal with four accounts
        /// and a Notion of its own, then in yours. Nothing of yours is changed.
        #[arg(long)]
        isolation: bool,
    },
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Sync {
    /// Goes on until it is stopped, and says what it does.
    #[arg(long)]
    pub(crate) watch: bool,
    #[command(subcommand)]
    pub(crate) command: Option<SyncCommand>,
}

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(crate) enum SyncCommand {
    /// Lists what is not in Notion as it is here: why, and until when.
    Status,
    /// Sends and reads nothing by itself any more, in a running app too.
    Pause,
    /// Goes on after a pause.
    Resume,
    /// Sends one note now, or everything that waits or was refused.
    Retry {
        /// The note's id; everything when not given.
        id: Option<String>,
    },
    /// The same as `--watch`.
    Watch,
    /// Says what becomes of notes whose pages vanished from Notion at once.
    Vanished {
        /// What is done; without it, the notes are listed.
        #[arg(value_enum)]
        answer: Option<Vanished>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Vanished {
    /// They stay here, and their pages come back out of Notion's trash.
    Keep,
    /// Those that are in Notion's trash go into the trash here.
    Trash,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Adds an account.
    Add(AccountAdd),
    /// Lists the accounts.
    List,
    /// Makes an account the current one.
    Use {
        /// Its name or id.
        #[arg(value_name = "NAME|ID")]
        account: String,
    },
    /// Looks whether an account's connection works; all of them when none is named.
    Check {
        /// Its name or id.
        #[arg(value_name = "NAME|ID")]
        account: Option<String>,
    },
    /// Makes sure that every account has its home in Notion, all at once.
    Homes,
    /// Puts the accounts into this order; those that are not named follow.
    Order {
        /// Their names or ids.
        #[arg(value_name = "NAME|ID", required = true)]
        accounts: Vec<String>,
    },
    /// Chooses the account that captures go to unless another is named.
    Default {
        /// Its name or id; with none, captures go to the account that was used last.
        #[arg(value_name = "NAME|ID")]
        account: Option<String>,
    },
    /// Gives an account another name.
    Rename {
        /// Its name or id.
        #[arg(value_name = "NAME|ID")]
        account: String,
        /// The new name: one line of at most 60 characters.
        #[arg(value_name = "NEW")]
        name: String,
    },
    /// Writes all notes of an account as Markdown files into a fresh folder.
    Export {
        /// Its name or id.
        #[arg(value_name = "NAME|ID")]
        account: String,
        /// The folder in which the fresh one is made.
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    /// Removes an account from this computer; its pages in Notion stay.
    Remove(AccountRemove),
}

#[derive(Debug, Args)]
pub(crate) struct AccountRemove {
    /// Its name or id.
    #[arg(value_name = "NAME|ID")]
    pub(crate) account: String,
    /// Sends everything to Notion first; when something cannot be sent, nothing is removed.
    #[arg(long, group = "keep")]
    pub(crate) send_first: bool,
    /// Moves what is on this computer only to another account.
    #[arg(long, value_name = "NAME|ID", group = "keep")]
    pub(crate) move_to: Option<String>,
    /// Writes all its notes as Markdown files into a fresh folder in this one.
    #[arg(long, value_name = "DIR", group = "keep")]
    pub(crate) export: Option<PathBuf>,
    /// Removes it; without this, only tells what removing it would mean.
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AccountAdd {
    /// With Notion: `--token -` reads a token from standard input.
    #[arg(
        long,
        value_name = "-",
        conflicts_with = "local",
        required_unless_present = "local"
    )]
    pub(crate) token: Option<String>,
    /// Without Notion: notes stay on this computer.
    #[arg(long)]
    pub(crate) local: bool,
    /// The account's name.
    #[arg(long)]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Capture {
    /// The text; without one, or with `-`, standard input.
    #[arg(value_name = "TEXT|-")]
    pub(crate) text: Vec<String>,
    /// The title; taken from the text when not given.
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// The type, such as Idea or Meeting.
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) note_type: Option<String>,
    /// A tag; may be given several times.
    #[arg(long = "tag", value_name = "TAG")]
    pub(crate) tags: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum NoteCommand {
    /// Lists the notes, the last edited first.
    List,
    /// Prints a note's text.
    Show {
        /// The note's id.
        id: String,
        /// How the text is written.
        #[arg(long, value_enum, default_value_t = Format::Markdown)]
        format: Format,
    },
    /// Replaces a note's text by standard input.
    Edit {
        /// The note's id.
        id: String,
    },
    /// Moves a note to the trash.
    Trash {
        /// The note's id.
        id: String,
    },
    /// Takes a note out of the trash.
    Restore {
        /// The note's id.
        id: String,
    },
    /// Moves notes to another account: made there, confirmed, then put into the trash here.
    Move(NoteMove),
    #[command(flatten)]
    Daily(DailyCommand),
    /// Lists the notes that changed in both places.
    Conflicts,
    /// Lists the versions that are kept of a note, shows one, or brings one back.
    History(History),
}

#[derive(Debug, Subcommand)]
pub(crate) enum VaultCommand {
    /// Tells where tokens are kept and what is there.
    Show,
    /// Keeps tokens somewhere else; those that are there move along. A passphrase is read from standard
    /// input.
    Use {
        /// The new place.
        #[arg(value_enum)]
        store: Store,
        /// Goes on even if the old place does not answer: its accounts are signed in again.
        #[arg(long)]
        leave_behind: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Store {
    /// The keychain of the system.
    Keychain,
    /// Files that a passphrase opens.
    Sealed,
    /// Memory: forgotten when Octavo ends.
    ThisRun,
}

impl Store {
    pub(crate) fn of(self) -> octavo_contract::VaultStore {
        match self {
            Self::Keychain => octavo_contract::VaultStore::Keychain,
            Self::Sealed => octavo_contract::VaultStore::Sealed,
            Self::ThisRun => octavo_contract::VaultStore::ThisRun,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// Only lines about this: account, token, callback or exchange.
    #[arg(long, value_name = "EVENT")]
    pub(crate) event: Option<String>,
    /// Only lines from this day on, as 2026-11-23.
    #[arg(long, value_name = "DAY")]
    pub(crate) since: Option<String>,
    /// Writes the lines into this file, one JSON document each, instead of printing them.
    #[arg(long, value_name = "FILE")]
    pub(crate) export: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct NoteMove {
    /// The notes' ids; with none, those that are on their way are listed.
    #[arg(value_name = "NOTE", requires = "to")]
    pub(crate) notes: Vec<String>,
    /// The account they go to, by its name or id.
    #[arg(long, value_name = "NAME|ID", requires = "notes")]
    pub(crate) to: Option<String>,
    /// Moves them even if links in them become plain addresses.
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Links {
    /// The note's id.
    pub(crate) id: Option<String>,
    /// Lists the notes that have its title in their text without linking to it.
    #[arg(long, requires = "id")]
    pub(crate) mentions: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(crate) enum LinkCommand {
    /// Makes a link of the first place where the target's title stands in a note; with `--name`, says
    /// which note a `[[Title]]` in it means.
    Make {
        /// The id of the note in which the link stands.
        id: String,
        /// The id of the note it leads to.
        target: String,
        /// The title between the brackets.
        #[arg(long, value_name = "TITLE")]
        name: Option<String>,
    },
    /// Lists the notes that have these words in their title.
    Find {
        /// The words.
        words: String,
    },
    /// Switches the "Linked from" lists on the pages in Notion, or tells whether they are on.
    Sections {
        /// On or off.
        #[arg(value_enum)]
        switch: Option<Switch>,
    },
    /// Reads all links anew from the texts of the notes.
    Rebuild,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// They are written, and kept up to date.
    On,
    /// They are taken out of Notion, and not written any more.
    Off,
}

/// What a note meets from day to day.
#[derive(Debug, Subcommand)]
pub(crate) enum DailyCommand {
    /// Changes a note's type, tags or pin.
    Set(NoteSet),
    /// Adds standard input at the end of a note.
    Append {
        /// The note's id.
        id: String,
    },
    /// Makes a copy of a note.
    Duplicate {
        /// The note's id.
        id: String,
    },
    /// Makes or shows the note of a day, and adds a text to it.
    Daily {
        /// What is added at its end.
        text: Vec<String>,
        /// The day, such as 2026-11-23; today when not given.
        #[arg(long, value_name = "DAY")]
        day: Option<String>,
    },
    /// Makes a note after a template: any note of the type Template.
    New {
        /// The template's id.
        template: String,
        /// The title of the new note.
        title: String,
    },
    /// Keeps a file on this computer and puts it at the end of a note.
    Attach {
        /// The note's id.
        id: String,
        /// The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Lists the notes in the trash, or deletes them from this computer.
    Bin {
        /// Deletes them for good; their pages stay in Notion's trash.
        #[arg(long)]
        empty: bool,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(crate) enum HomeCommand {
    /// Takes it, or its Table of Contents, out of Notion's trash.
    Restore,
    /// Makes a new Table of Contents.
    NewContents,
    /// Makes a new home, and sends every note to it again.
    New,
    /// Looks again, after it was shared with Octavo in Notion.
    Look,
    /// Uses another page like it from now on.
    Use {
        /// The page's id.
        page: String,
    },
    /// Lists the pages under which a home can be made, or chooses one.
    Parent {
        /// The page's id.
        page: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct NoteSet {
    /// The note's id.
    pub(crate) id: String,
    /// The type; an empty one takes it away.
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) note_type: Option<String>,
    /// A tag; may be given several times. These are all its tags then.
    #[arg(long = "tag", value_name = "TAG", conflicts_with = "no_tags")]
    pub(crate) tags: Vec<String>,
    /// Takes all its tags away.
    #[arg(long)]
    pub(crate) no_tags: bool,
    /// Pins it to the top.
    #[arg(long, conflicts_with = "unpin")]
    pub(crate) pin: bool,
    /// Pins it no more.
    #[arg(long)]
    pub(crate) unpin: bool,
}

#[derive(Debug, Args)]
pub(crate) struct History {
    /// The note's id.
    pub(crate) id: String,
    /// Prints the text of this version.
    #[arg(long, value_name = "VERSION", group = "what")]
    pub(crate) show: Option<i64>,
    /// Prints what changed since this version: [-words that went-] and {+words that came+}.
    #[arg(long, value_name = "VERSION", group = "what")]
    pub(crate) diff: Option<i64>,
    /// Brings this version back; the present one is kept.
    #[arg(long, value_name = "VERSION", group = "what")]
    pub(crate) restore: Option<i64>,
}

#[derive(Debug, Args)]
pub(crate) struct Toc {
    /// What it is divided by; as its page in Notion when not given.
    #[arg(long, value_enum)]
    pub(crate) by: Option<TocBy>,
    /// Tells what is wrong on the page in Notion, such as lines somebody took out there.
    #[arg(long, conflicts_with_all = ["by", "rebuild"])]
    pub(crate) check: bool,
    /// Brings the page in Notion up to date; with `--by`, divided so from now on.
    #[arg(long)]
    pub(crate) rebuild: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TocBy {
    /// A section per note type.
    Type,
    /// A section per tag.
    Tag,
    /// A section per month.
    Date,
}

impl TocBy {
    pub(crate) fn of(self) -> octavo_contract::ContentsBy {
        match self {
            Self::Type => octavo_contract::ContentsBy::Type,
            Self::Tag => octavo_contract::ContentsBy::Tag,
            Self::Date => octavo_contract::ContentsBy::Date,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The text as Octavo keeps it.
    Markdown,
    /// The text as Notion's enhanced Markdown.
    Enhanced,
    /// Notion's blocks, as a request carries them.
    Blocks,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn globals_may_come_last() {
        let given = ["octavo", "note", "list", "--json", "--account", "Work"];
        let arguments = Arguments::try_parse_from(given).unwrap();
        assert!(arguments.json);
        assert_eq!(arguments.account.as_deref(), Some("Work"));
    }

    #[test]
    fn notes_of_a_removed_account_are_kept_in_one_way_only() {
        let parse = |rest: &[&str]| {
            let given = ["octavo", "account", "remove", "Ada"].iter().chain(rest);
            Arguments::try_parse_from(given).is_ok()
        };
        assert!(parse(&[]));
        assert!(parse(&["--send-first", "--yes"]));
        assert!(!parse(&["--send-first", "--move-to", "Grace"]));
        assert!(!parse(&["--export", "dir", "--move-to", "Grace"]));
    }

    #[test]
    fn notes_move_somewhere_or_are_asked_about() {
        let parse = |rest: &[&str]| {
            let given = ["octavo", "note", "move"].iter().chain(rest);
            Arguments::try_parse_from(given).is_ok()
        };
        assert!(parse(&[]));
        assert!(parse(&["one", "two", "--to", "Grace", "--yes"]));
        assert!(!parse(&["one"]));
        assert!(!parse(&["--to", "Grace"]));
    }

    #[test]
    fn a_sync_is_watched_or_asked_about() {
        let parse = |rest: &[&str]| {
            let given = ["octavo", "sync"].iter().chain(rest);
            Arguments::try_parse_from(given).is_ok()
        };
        assert!(parse(&[]));
        assert!(parse(&["--watch"]));
        assert!(parse(&["vanished", "keep", "--account", "Work"]));
        assert!(!parse(&["--watch", "status"]));
        assert!(!parse(&["vanished", "forget"]));
    }

    #[test]
    fn an_account_is_added_in_one_way_only() {
        let parse = |rest: &[&str]| {
            let given = ["octavo", "account", "add"].iter().chain(rest);
            Arguments::try_parse_from(given).is_ok()
        };
        assert!(parse(&["--local"]));
        assert!(parse(&["--token", "-"]));
        assert!(!parse(&[]));
        assert!(!parse(&["--local", "--token", "-"]));
    }
}
