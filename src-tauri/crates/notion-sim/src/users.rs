//! User objects.

use serde_json::{Map, Value, json};

use crate::{
    json::put,
    world::{UserKind, World},
};

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
                "workspace_limits": {"max_file_upload_size_in_bytes": 5_242_880},
            });
            put(&mut shown, "bot", bot);
        }
    }
    shown
}
