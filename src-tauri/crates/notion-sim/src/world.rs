//! Everything the simulated Notion knows: workspaces, people, tokens, and one tree of records.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    comments::Comment,
    config::{Capabilities, Config},
    files::{Contents, Upload},
    ids,
    oauth::model::Oauth,
    tables::{Head, Source},
    tasks::Task,
    title::Title,
    tracked::Tracked,
    views::{View, ViewQuery},
};

pub(crate) use crate::newblock::{NewBlock, Stamp};

/// A workspace.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Workspace {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    /// An address of an image.
    #[serde(default)]
    pub(crate) icon: Option<String>,
    pub(crate) person: Uuid,
    pub(crate) client_id: Uuid,
    pub(crate) client_secret: String,
    /// Pages at workspace level, in order.
    pub(crate) roots: Vec<Uuid>,
}

/// A person or a bot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) workspace: Uuid,
    pub(crate) kind: UserKind,
    #[serde(default)]
    pub(crate) avatar: Option<String>,
    /// Order of joining, which is the order of lists.
    #[serde(default)]
    pub(crate) joined: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum UserKind {
    Person {
        email: String,
    },
    /// `owner` is the person a bot acts for; without one it belongs to the workspace.
    Bot {
        owner: Option<Uuid>,
        listed: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TokenKind {
    Personal,
    Internal,
    /// A sign-in of a person through a public connection.
    Public,
}

/// A credential.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) workspace: Uuid,
    pub(crate) bot: Uuid,
    /// Whom writes are attributed to.
    pub(crate) author: Uuid,
    pub(crate) shared: BTreeSet<Uuid>,
    /// Pages a sign-in created, which it sees wherever they are.
    #[serde(default)]
    pub(crate) created: BTreeSet<Uuid>,
    /// What a sign-in was granted; the others may do everything.
    #[serde(default)]
    pub(crate) capabilities: Option<Capabilities>,
    pub(crate) revoked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Parent {
    Workspace,
    Record(Uuid),
}

/// What only pages have.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct PageInfo {
    pub(crate) title: Title,
    pub(crate) icon: Value,
    pub(crate) cover: Value,
    pub(crate) is_locked: bool,
    pub(crate) is_archived: bool,
    /// The site it is published on by itself, as `https://name.notion.site`.
    #[serde(default)]
    pub(crate) published: Option<String>,
    /// Title as search knew it before the last change, and when that change was made.
    pub(crate) former: Option<(String, i64)>,
    /// Values of a row's properties besides the title, by the properties' ids.
    #[serde(default)]
    pub(crate) properties: BTreeMap<String, Value>,
    /// The number of a row, for a property of kind `unique_id`.
    #[serde(default)]
    pub(crate) number: Option<u64>,
}

/// A block or a page: Notion keeps both in one tree.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) id: Uuid,
    pub(crate) workspace: Uuid,
    pub(crate) parent: Parent,
    pub(crate) kind: String,
    /// The payload below the type's name, in the form of an answer, without children.
    pub(crate) value: Map<String, Value>,
    pub(crate) children: Vec<Uuid>,
    pub(crate) trashed: bool,
    pub(crate) created: i64,
    pub(crate) edited: i64,
    pub(crate) created_by: Uuid,
    pub(crate) edited_by: Uuid,
    pub(crate) page: Option<PageInfo>,
    /// What only databases have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) database: Option<Box<Head>>,
    /// What only data sources have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<Box<Source>>,
}

/// The whole state that outlives a restart.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct World {
    pub(crate) workspaces: BTreeMap<Uuid, Workspace>,
    pub(crate) users: BTreeMap<Uuid, User>,
    pub(crate) tokens: BTreeMap<String, Token>,
    pub(crate) records: Tracked<Record>,
    pub(crate) primary: Uuid,
    /// The first workspace's people and bots as they were at the start, for a reset.
    #[serde(default)]
    pub(crate) founders: Vec<User>,
    #[serde(default)]
    pub(crate) oauth: Oauth,
    /// People whose account may not use the API.
    #[serde(default)]
    pub(crate) restricted: BTreeSet<Uuid>,
    /// Imported bots of others, which are shown without details.
    #[serde(default)]
    pub(crate) foreign_bots: BTreeSet<Uuid>,
    pub(crate) config: Config,
    #[serde(default)]
    pub(crate) uploads: Tracked<Upload>,
    #[serde(default)]
    pub(crate) comments: Tracked<Comment>,
    #[serde(default)]
    pub(crate) views: Tracked<View>,
    #[serde(default)]
    pub(crate) view_queries: HashMap<Uuid, ViewQuery>,
    #[serde(default)]
    pub(crate) tasks: BTreeMap<String, Task>,
    /// What addresses of files are signed with.
    #[serde(default)]
    pub(crate) file_key: String,
    /// The bytes of the uploads.
    #[serde(skip)]
    pub(crate) contents: Contents,
    /// Where this simulator answers, without a slash at the end.
    #[serde(skip)]
    pub(crate) base: String,
    /// All pages; rebuilt on load.
    #[serde(skip)]
    pub(crate) pages: BTreeSet<Uuid>,
    /// All data sources; rebuilt on load.
    #[serde(skip)]
    pub(crate) sources: BTreeSet<Uuid>,
    /// Whose request is being carried out: titles of what they do not see are not shown.
    #[serde(skip)]
    pub(crate) viewer: Option<Token>,
}

/// The credentials of a new workspace.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    pub(crate) workspace: Uuid,
    pub(crate) personal: String,
    pub(crate) internal: String,
    pub(crate) client_id: Uuid,
    pub(crate) client_secret: String,
}

/// The e-mail address a made-up person has.
pub(crate) fn address_of(person: &str) -> String {
    let name: String = person
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '.' })
        .collect();
    format!("{name}@example.org")
}

/// A new secret: 256 bits, nearly.
pub(crate) fn secret(prefix: &str) -> String {
    format!(
        "{prefix}{}{}",
        Uuid::new_v4().simple(),
        Uuid::new_v4().simple()
    )
}

impl World {
    /// Adds a workspace with one person, an internal connection and a personal token.
    pub(crate) fn add_workspace(&mut self, name: &str, person: &str) -> Credentials {
        let id = Uuid::new_v4();
        let email = address_of(person);
        let user = self.add_user(id, person, UserKind::Person { email });
        let bot = self.add_user(
            id,
            "Octavo",
            UserKind::Bot {
                owner: None,
                listed: true,
            },
        );
        let own = self.add_user(
            id,
            person,
            UserKind::Bot {
                owner: Some(user),
                listed: false,
            },
        );
        let credentials = Credentials {
            workspace: id,
            personal: secret("ntn_"),
            internal: secret("ntn_"),
            client_id: Uuid::new_v4(),
            client_secret: secret("secret_"),
        };
        self.workspaces.insert(
            id,
            Workspace {
                id,
                name: name.to_owned(),
                icon: None,
                person: user,
                client_id: credentials.client_id,
                client_secret: credentials.client_secret.clone(),
                roots: Vec::new(),
            },
        );
        self.add_token(&credentials.personal, TokenKind::Personal, id, own, user);
        self.add_token(&credentials.internal, TokenKind::Internal, id, bot, bot);
        self.register_connections();
        credentials
    }

    fn add_token(
        &mut self,
        secret: &str,
        kind: TokenKind,
        workspace: Uuid,
        bot: Uuid,
        author: Uuid,
    ) {
        let shared = BTreeSet::new();
        let token = Token {
            kind,
            workspace,
            bot,
            author,
            shared,
            created: BTreeSet::new(),
            capabilities: None,
            revoked: false,
        };
        self.tokens.insert(secret.to_owned(), token);
    }

    pub(crate) fn add_user(&mut self, workspace: Uuid, name: &str, kind: UserKind) -> Uuid {
        let id = Uuid::new_v4();
        let joined = self.users.len();
        self.users.insert(
            id,
            User {
                id,
                name: name.to_owned(),
                workspace,
                kind,
                avatar: None,
                joined,
            },
        );
        id
    }

    /// The credentials of a workspace that exists.
    pub(crate) fn credentials(&self, workspace: Uuid) -> Option<Credentials> {
        let space = self.workspaces.get(&workspace)?;
        let of = |kind| {
            self.tokens
                .iter()
                .find(|(_, token)| token.workspace == workspace && token.kind == kind)
                .map(|(secret, _)| secret.clone())
                .unwrap_or_default()
        };
        Some(Credentials {
            workspace,
            personal: of(TokenKind::Personal),
            internal: of(TokenKind::Internal),
            client_id: space.client_id,
            client_secret: space.client_secret.clone(),
        })
    }

    /// Removes all content and everything that tests changed, and keeps the first workspace.
    pub(crate) fn clear(&mut self) {
        let primary = self.primary;
        self.records.clear();
        self.pages.clear();
        self.foreign_bots.clear();
        self.restricted.clear();
        self.sources.clear();
        self.uploads.clear();
        self.comments.clear();
        self.views.clear();
        self.view_queries.clear();
        self.tasks.clear();
        self.contents.clear();
        self.config = Config::default();
        self.workspaces.retain(|id, _| *id == primary);
        self.users = self
            .founders
            .iter()
            .map(|user| (user.id, user.clone()))
            .collect();
        self.tokens.retain(|_, token| token.workspace == primary);
        for space in self.workspaces.values_mut() {
            space.roots.clear();
        }
        for token in self.tokens.values_mut() {
            token.shared.clear();
            token.revoked = false;
        }
        self.clear_oauth();
    }

    pub(crate) fn rebuild_indexes(&mut self) {
        if self.file_key.is_empty() {
            self.file_key = secret("");
        }
        self.pages = self
            .records
            .values()
            .filter(|r| r.page.is_some())
            .map(|r| r.id)
            .collect();
        self.sources = self
            .records
            .values()
            .filter(|r| r.source.is_some())
            .map(|r| r.id)
            .collect();
        self.register_connections();
    }

    pub(crate) fn new_id(&self, workspace: Uuid) -> Uuid {
        loop {
            let id = ids::fresh(workspace);
            if !self.records.contains_key(&id) {
                return id;
            }
        }
    }
}
