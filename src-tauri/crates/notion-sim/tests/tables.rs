//! Databases, data sources, rows, their properties and queries.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test may fail loudly, and these are tables of cases"
)]

#[path = "tables/queries.rs"]
mod queries;
#[path = "tables/schemas.rs"]
mod schemas;
#[path = "support/mod.rs"]
mod support;
#[path = "tables/wikis.rs"]
mod wikis;

use serde_json::{Value, json};
use support::{Api, id};

/// A database below a page of its own; answers it and the id of its data source.
async fn database(api: &Api, title: &str, properties: Value) -> (Value, String) {
    let home = api.page("Home").await;
    let body = json!({"parent": {"page_id": home}, "title": [{"text": {"content": title}}],
                      "initial_data_source": {"properties": properties}});
    let made = api.ok("POST", "/v1/databases", body).await;
    let source = id(&made["data_sources"][0]);
    (made, source)
}

async fn row(api: &Api, source: &str, properties: Value) -> Value {
    let body = json!({"parent": {"data_source_id": source}, "properties": properties});
    api.ok("POST", "/v1/pages", body).await
}

fn text(content: &str) -> Value {
    json!([{"text": {"content": content}}])
}

async fn names(api: &Api, source: &str, body: Value) -> Vec<String> {
    let path = format!("/v1/data_sources/{source}/query");
    let found = api.ok("POST", &path, body).await;
    found["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let title = &row["properties"]["Name"]["title"];
            title[0]["plain_text"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}

fn tasks() -> Value {
    json!({
        "Name": {"title": {}},
        "State": {"select": {"options": [{"name": "Open", "color": "red"}, {"name": "Done"}]}},
        "Tags": {"multi_select": {}},
        "Points": {"number": {"format": "number"}},
        "Due": {"date": {}},
        "Ready": {"checkbox": {}},
        "Notes": {"rich_text": {}},
        "Double": {"formula": {"expression": "prop(\"Points\") * 2"}},
        "ID": {"unique_id": {"prefix": "T"}},
    })
}

#[tokio::test]
async fn a_row_keeps_and_computes_its_values() {
    let api = Api::start().await;
    let (made, source) = database(&api, "Tasks", tasks()).await;
    assert_eq!(made["object"], "database");
    assert!(made.get("properties").is_none());
    let properties = json!({
        "Name": {"title": text("One")}, "State": {"select": {"name": "Open"}},
        "Tags": {"multi_select": [{"name": "new"}]}, "Points": {"number": 21.0},
        "Due": {"date": {"start": "2026-03-04T10:11:12Z"}}, "Ready": {"checkbox": true},
        "Notes": {"rich_text": text("some")},
    });
    let page = row(&api, &source, properties).await;
    assert_eq!(page["parent"]["type"], "data_source_id");
    assert_eq!(page["parent"]["database_id"], made["id"]);
    let values = &page["properties"];
    assert_eq!(values["State"]["select"]["color"], "red");
    assert_eq!(values["Tags"]["multi_select"][0]["name"], "new");
    assert_eq!(values["Points"]["number"], 21);
    assert_eq!(
        values["Due"]["date"]["start"],
        "2026-03-04T10:11:00.000+00:00"
    );
    assert_eq!(
        values["Double"]["formula"],
        json!({"type": "number", "number": 42})
    );
    assert_eq!(
        values["ID"]["unique_id"],
        json!({"prefix": "T", "number": 1})
    );
    // A tag that was not there has become an option, and follows its new name.
    let path = format!("/v1/data_sources/{source}");
    let shown = api.ok("GET", &path, json!({})).await;
    let mut tag = shown["properties"]["Tags"]["multi_select"]["options"][0].clone();
    tag["name"] = json!("renamed");
    tag.as_object_mut().unwrap().remove("description");
    let change = json!({"properties": {"Tags": {"multi_select": {"options": [tag]}}}});
    api.ok("PATCH", &path, change).await;
    let path = format!("/v1/pages/{}", id(&page));
    let page = api.ok("GET", &path, json!({})).await;
    assert_eq!(
        page["properties"]["Tags"]["multi_select"][0]["name"],
        "renamed"
    );
    // Only what is asked for.
    let points = page["properties"]["Points"]["id"].as_str().unwrap();
    let only = format!("{path}?filter_properties={}", points.replace('%', "%25"));
    let page = api.ok("GET", &only, json!({})).await;
    assert_eq!(page["properties"].as_object().unwrap().len(), 1);
    // One property by itself.
    let item = api
        .ok("GET", &format!("{path}/properties/{points}"), json!({}))
        .await;
    assert_eq!(item["object"], "property_item");
    assert_eq!(item["number"], 21);
    let item = api
        .ok("GET", &format!("{path}/properties/title"), json!({}))
        .await;
    assert_eq!(item["results"][0]["title"]["plain_text"], "One");
}

#[tokio::test]
async fn trash_and_grants_reach_into_a_database() {
    let api = Api::start().await;
    let (made, source) = database(&api, "Tasks", json!({"Name": {"title": {}}})).await;
    let page = row(&api, &source, json!({"Name": {"title": text("Row")}})).await;
    let path = format!("/v1/pages/{}", id(&page));
    let other = api.with(api.internal());
    assert_eq!(other.fails("GET", &path, json!({})).await.0, 404);
    assert_eq!(
        other
            .fails("GET", &format!("/v1/data_sources/{source}"), json!({}))
            .await
            .0,
        404
    );
    let home = made["parent"]["page_id"].clone();
    api.control("share", json!({"page_id": home})).await;
    other.ok("GET", &path, json!({})).await;
    let blocks = api
        .ok(
            "GET",
            &format!("/v1/blocks/{}/children", home.as_str().unwrap()),
            json!({}),
        )
        .await;
    let block = &blocks["results"][0];
    assert_eq!(block["child_database"]["title"], "Tasks");
    assert_eq!(block["has_children"], false);
    let trashed = api
        .ok("DELETE", &format!("/v1/blocks/{}", id(&made)), Value::Null)
        .await;
    assert_eq!(trashed["in_trash"], true);
    assert_eq!(api.ok("GET", &path, json!({})).await["in_trash"], true);
    let (status, _) = api.fails("PATCH", &path, json!({"is_locked": true})).await;
    assert_eq!(status, 400);
    let body = json!({"in_trash": false});
    api.ok("PATCH", &format!("/v1/databases/{}", id(&made)), body)
        .await;
    assert_eq!(names(&api, &source, json!({})).await, ["Row"]);
}

#[tokio::test]
async fn a_page_moves_into_a_data_source_and_templates_are_refused() {
    let api = Api::start().await;
    let (_, source) = database(
        &api,
        "Tasks",
        json!({"Name": {"title": {}}, "Points": {"number": {}}}),
    )
    .await;
    let page = api.page("Loose").await;
    let body = json!({"parent": {"type": "data_source_id", "data_source_id": source}});
    let moved = api
        .ok("POST", &format!("/v1/pages/{page}/move"), body)
        .await;
    assert_eq!(moved["properties"]["Points"]["number"], Value::Null);
    assert_eq!(names(&api, &source, json!({})).await, ["Loose"]);
    let body =
        |template: Value| json!({"parent": {"data_source_id": source}, "template": template});
    api.ok("POST", "/v1/pages", body(json!({"type": "none"})))
        .await;
    let (status, message) = api
        .fails("POST", "/v1/pages", body(json!({"type": "default"})))
        .await;
    assert_eq!(status, 400, "{message}");
    let absent = json!({"type": "template_id", "template_id": page});
    let (status, message) = api.fails("POST", "/v1/pages", body(absent)).await;
    assert_eq!(status, 404, "{message}");
    let templates = api
        .ok(
            "GET",
            &format!("/v1/data_sources/{source}/templates"),
            json!({}),
        )
        .await;
    assert_eq!(
        templates,
        json!({"templates": [], "has_more": false, "next_cursor": null})
    );
}
