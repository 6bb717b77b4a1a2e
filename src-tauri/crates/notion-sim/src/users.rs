//! User objects.

use serde_json::{Map, Value, json};

use crate::{
    config::Capabilities,
    json::put,
    world::{UserKind, World},
};

/// A user as a connection with these capabilities sees one.
pub(crate) fn seen_by(world: &World, id: uuid::Uuid, capabilities: Capabilities) -> Value {
    if capabilities.user_information {
        user_json(world, id, capabilities.user_email)
    } else {
        json!({"object": "user", "id": id.to_string()})
    }
}

/// A sign-in's own bot, which is always shown; its owner only as far as the capabilities go.
pub(crate) fn own_bot(world: &World, id: uuid::Uuid, capabilities: Capabilities) -> Value {
    let mut shown = user_json(world, id, true);
    let owner = world.users.get(&id).map(|user| &user.kind);
    if let Some(UserKind::Bot {
        owner: Some(owner), ..
    }) = owner
        && let Some(bot) = shown.get_mut("bot")
    {
        let user = seen_by(world, *owner, capabilities);
        put(bot, "owner", json!({"type": "user", "user": user}));
    }
    shown
}

/// A person as mentions show one: recorded without the newer `email_verified`.
pub(crate) fn mentioned_user(world: &World, id: uuid::Uuid) -> Value {
    let mut user = user_json(world, id, true);
    if let Some(Value::Object(person)) = user.get_mut("person") {
        person.remove("email_verified");
    }
    user
}

/// A user object; with `email` unless the connection may not see it.
pub(crate) fn user_json(world: &World, id: uuid::Uuid, email: bool) -> Value {
    let Some(user) = world.users.get(&id) else {
        return json!({"object": "user", "id": id.to_string()});
    };
    let mut shown = json!({"object": "user", "id": id.to_string(), "name": user.name,
                           "avatar_url": user.avatar});
    match &user.kind {
        UserKind::Person { email: address } => {
            put(&mut shown, "type", json!("person"));
            let person = if email {
                json!({"email": address, "email_verified": true})
            } else {
                Value::Object(Map::new())
            };
            put(&mut shown, "person", person);
        }
        UserKind::Bot { owner, .. } => {
            let space = world.workspaces.get(&user.workspace);
            let owner = owner.map_or_else(
                || json!({"type": "workspace", "workspace": true}),
                |id| json!({"type": "user", "user": user_json(world, id, email)}),
            );
            put(&mut shown, "type", json!("bot"));
            let bot = json!({
                "owner": owner,
                "workspace_name": space.map(|s| s.name.clone()),
                "workspace_id": user.workspace.to_string(),
                "workspace_limits": {"max_file_upload_size_in_bytes":
                                     world.config.max_file_upload_size_in_bytes},
            });
            put(&mut shown, "bot", bot);
        }
    }
    shown
}
