//! The consent page: one form that works without scripts, for people and for HTTP clients.

use std::{collections::BTreeSet, fmt::Write as _};

use uuid::Uuid;

use super::{
    consent::{Asked, account_key},
    model::Account,
};
use crate::{config::Capabilities, world::World};

const STYLE: &str = "\
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}\
body{margin:0;display:flex;justify-content:center}\
main{max-width:36rem;width:100%;padding:2rem 1rem;box-sizing:border-box}\
h1{font-size:1.4rem}h2{font-size:1.1rem}fieldset{border:1px solid #8886;border-radius:8px;margin:1rem 0}\
fieldset ul{list-style:none;margin:0;padding-left:1.5rem}fieldset>ul{padding:0}\
label{display:block;padding:.2rem 0}\
button,select{font:inherit;padding:.4rem 1rem;border-radius:6px}\
.note{opacity:.75;font-size:.9rem}";

/// Text as HTML shows it, in content and in attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

fn document(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// What is shown instead when the app asked wrongly: it must not get an answer then.
pub(crate) fn problem(sentence: &str) -> String {
    document(
        "This sign-in cannot go on",
        &format!(
            "<p role=\"alert\">{}</p>\n<p class=\"note\">The app that sent you here made a mistake. \
             Close this page and try again from the app.</p>\n",
            escape(sentence)
        ),
    )
}

fn hidden(name: &str, value: &str) -> String {
    format!(
        "<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n",
        escape(value)
    )
}

/// What both forms repeat.
fn request(asked: &Asked) -> String {
    let mut fields = hidden("client_id", &asked.connection.client_id.to_string());
    fields += &hidden("response_type", "code");
    fields += &hidden("owner", "user");
    if let Some(uri) = &asked.redirect_uri {
        fields += &hidden("redirect_uri", uri);
    }
    if let Some(state) = &asked.state {
        fields += &hidden("state", state);
    }
    fields
}

/// The whole page.
pub(crate) fn consent(world: &World, asked: &Asked) -> String {
    let name = &asked.connection.name;
    let space = world.workspaces.get(&asked.account.workspace);
    let space = space.map(|space| space.name.as_str()).unwrap_or_default();
    let mut body = format!(
        "<p class=\"note\">This is a simulated Notion on this computer.</p>\n\
         <p>{} wants to work in <strong>{}</strong> for {}.</p>\n",
        escape(name),
        escape(space),
        escape(&person(world, asked.account)),
    );
    if asked.accounts.len() > 1 {
        body += &chooser(world, asked);
    }
    body += "<form method=\"post\" action=\"/consent\">\n";
    body += &request(asked);
    body += &hidden("account", &account_key(asked.account));
    body += "<h2>It will be able to</h2>\n<ul>\n";
    for line in abilities(asked.connection.capabilities) {
        let _ = writeln!(body, "<li>{line}</li>");
    }
    body += "</ul>\n";
    body += &picker(world, asked);
    if let Some(template) = &asked.connection.template {
        let _ = writeln!(
            body,
            "<label><input type=\"checkbox\" name=\"template\" value=\"duplicate\"> \
             Start with a copy of \u{201c}{}\u{201d}</label>",
            escape(&template.title)
        );
    }
    body += "<p><button type=\"submit\" name=\"decision\" value=\"allow\">Allow</button>\n\
             <button type=\"submit\" name=\"decision\" value=\"cancel\">Cancel</button></p>\n</form>\n";
    document(&format!("Connect {name} with Notion"), &body)
}

fn person(world: &World, account: Account) -> String {
    let user = world.users.get(&account.person);
    user.map(|user| user.name.clone()).unwrap_or_default()
}

/// A form of its own: the pages below depend on who is chosen.
fn chooser(world: &World, asked: &Asked) -> String {
    let mut form = String::from("<form method=\"get\" action=\"/v1/oauth/authorize\">\n");
    form += &request(asked);
    form += "<label>Workspace and person <select name=\"account\">\n";
    for account in &asked.accounts {
        let space = world.workspaces.get(&account.workspace);
        let chosen = if *account == asked.account {
            " selected"
        } else {
            ""
        };
        let _ = writeln!(
            form,
            "<option value=\"{}\"{chosen}>{} ({})</option>",
            account_key(*account),
            escape(space.map(|s| s.name.as_str()).unwrap_or_default()),
            escape(&person(world, *account)),
        );
    }
    form += "</select></label>\n<button type=\"submit\">Switch</button>\n</form>\n";
    form
}

fn abilities(capabilities: Capabilities) -> Vec<&'static str> {
    let user = match (capabilities.user_information, capabilities.user_email) {
        (false, _) => None,
        (true, false) => Some("See the names of people, without their e-mail addresses"),
        (true, true) => Some("See the names and e-mail addresses of people"),
    };
    [
        (capabilities.read_content, "Read content"),
        (capabilities.insert_content, "Insert content"),
        (capabilities.update_content, "Update content"),
        (capabilities.read_comments, "Read comments"),
        (capabilities.insert_comments, "Insert comments"),
    ]
    .into_iter()
    .filter_map(|(has, line)| has.then_some(line))
    .chain(user)
    .collect()
}

/// A step of the walk over the tree of pages.
enum Step {
    Page(Uuid),
    Close,
}

/// All pages as nested lists of check boxes; what is shared already is ticked.
fn picker(world: &World, asked: &Asked) -> String {
    let known = world
        .oauth
        .of_account(asked.connection.client_id, asked.account);
    let ticked: BTreeSet<Uuid> = known
        .map(|known| known.shared.union(&known.created).copied().collect())
        .unwrap_or_default();
    let roots = world.workspaces.get(&asked.account.workspace);
    let roots: Vec<Uuid> = roots.map(|space| space.roots.clone()).unwrap_or_default();
    let roots = pages(world, &roots);
    let mut list = String::from("<fieldset>\n<legend>Pages to share</legend>\n");
    if roots.is_empty() {
        list += "<p>There are no pages yet.</p>\n</fieldset>\n";
        return list;
    }
    list += "<p class=\"note\">A ticked page is shared with everything below it.</p>\n<ul>\n";
    let mut steps: Vec<Step> = roots.into_iter().rev().map(Step::Page).collect();
    while let Some(step) = steps.pop() {
        let Step::Page(id) = step else {
            list += "</ul></li>\n";
            continue;
        };
        list += "<li>";
        list += &check_box(world, id, ticked.contains(&id));
        let below = pages(world, &world.child_pages(id));
        if below.is_empty() {
            list += "</li>\n";
        } else {
            list += "<ul>\n";
            steps.push(Step::Close);
            steps.extend(below.into_iter().rev().map(Step::Page));
        }
    }
    list += "</ul>\n</fieldset>\n";
    list
}

/// Those of some records that are pages and not in the trash.
fn pages(world: &World, ids: &[Uuid]) -> Vec<Uuid> {
    ids.iter()
        .filter_map(|id| world.get(*id))
        .filter(|record| record.page.is_some() && !record.trashed)
        .map(|record| record.id)
        .collect()
}

fn check_box(world: &World, id: Uuid, ticked: bool) -> String {
    let title = world.title(id);
    let title = if title.is_empty() { "Untitled" } else { &title };
    let icon = world
        .get(id)
        .and_then(|record| record.page.as_ref())
        .and_then(|page| page.icon.get("emoji"))
        .and_then(|emoji| emoji.as_str())
        .map(|emoji| format!("<span aria-hidden=\"true\">{}</span> ", escape(emoji)))
        .unwrap_or_default();
    let ticked = if ticked { " checked" } else { "" };
    format!(
        "<label><input type=\"checkbox\" name=\"page\" value=\"{id}\"{ticked}> {icon}{}</label>",
        escape(title)
    )
}
