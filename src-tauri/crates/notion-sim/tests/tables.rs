//! Databases, data sources, rows, their properties and queries.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test may fail loudly, and these are tables of cases"
)]

#[path = "support/mod.rs"]
mod support;

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
async fn filters_and_sorts() {
    let api = Api::start().await;
    let (_, source) = database(&api, "Tasks", tasks()).await;
    for (name, state, points, due) in [
        ("A", "Open", 3, "2026-01-01"),
        ("B", "Done", 1, "2026-01-02"),
        ("C", "Open", 2, "2026-01-02"),
    ] {
        let properties = json!({"Name": {"title": text(name)}, "State": {"select": {"name": state}},
                                "Points": {"number": points}, "Due": {"date": {"start": due}}});
        row(&api, &source, properties).await;
    }
    row(&api, &source, json!({"Name": {"title": text("D")}})).await;
    let select = |value: &str| json!({"property": "State", "select": {"equals": value}});
    let cases = [
        (json!({}), vec!["D", "C", "B", "A"]),
        (json!({"filter": select("Open")}), vec!["C", "A"]),
        (
            json!({"filter": {"property": "State", "select": {"does_not_equal": "Open"}}}),
            vec!["D", "B"],
        ),
        (
            json!({"filter": {"property": "Points", "number": {"greater_than": 1}}}),
            vec!["C", "A"],
        ),
        (
            json!({"filter": {"property": "Points", "number": {"is_empty": true}}}),
            vec!["D"],
        ),
        (
            json!({"filter": {"property": "Due", "date": {"on_or_after": "2026-01-02"}}}),
            vec!["C", "B"],
        ),
        (
            json!({"filter": {"property": "Name", "title": {"equals": "a"}}}),
            vec!["A"],
        ),
        (
            json!({"filter": {"property": "Double", "formula": {"number": {"equals": 4}}}}),
            vec!["C"],
        ),
        (
            json!({"filter": {"property": "ID", "unique_id": {"less_than": 3}}}),
            vec!["B", "A"],
        ),
        (
            json!({"filter": {"and": [select("Open"), {"or": [
            {"property": "Points", "number": {"equals": 3}},
            {"property": "Points", "number": {"equals": 1}}]}]}}),
            vec!["A"],
        ),
        (
            json!({"sorts": [{"property": "Points", "direction": "ascending"}]}),
            vec!["B", "C", "A", "D"],
        ),
        (
            json!({"sorts": [{"property": "Due", "direction": "descending"},
                          {"property": "Name", "direction": "descending"}]}),
            vec!["C", "B", "A", "D"],
        ),
        (
            json!({"sorts": [{"property": "State", "direction": "ascending"},
                          {"timestamp": "created_time", "direction": "ascending"}]}),
            vec!["A", "C", "B", "D"],
        ),
        (
            json!({"filter": {"timestamp": "created_time", "created_time": {"this_week": {}}}}),
            vec!["D", "C", "B", "A"],
        ),
        (
            json!({"filter": {"timestamp": "created_time", "created_time": {"before": "2026-01-01"}}}),
            vec![],
        ),
        (json!({"in_trash": true}), vec![]),
    ];
    for (body, expected) in cases {
        assert_eq!(names(&api, &source, body.clone()).await, expected, "{body}");
    }
    // Page by page.
    let path = format!("/v1/data_sources/{source}/query");
    let first = api.ok("POST", &path, json!({"page_size": 3})).await;
    assert_eq!(first["has_more"], true);
    let rest = json!({"page_size": 3, "start_cursor": first["next_cursor"]});
    assert_eq!(names(&api, &source, rest).await, ["A"]);
    let wrong = [
        json!({"filter": {"property": "Nope", "number": {"equals": 1}}}),
        json!({"filter": {"property": "Name", "number": {"equals": 1}}}),
        json!({"filter": {"property": "Points", "number": {"contains": 1}}}),
        json!({"filter": {"and": [{"or": [{"and": []}]}]}}),
        json!({"sorts": [{"property": "Nope", "direction": "ascending"}]}),
        json!({"sorts": [{"property": "Name", "direction": "up"}]}),
        json!({"start_cursor": "nowhere"}),
        json!({"filter": "all"}),
    ];
    for body in wrong {
        let (status, message) = api.fails("POST", &path, body.clone()).await;
        assert_eq!(status, 400, "{body}: {message}");
    }
    let (_, message) = api
        .fails("POST", &path, json!({"filter": {"orr": []}}))
        .await;
    assert!(message.starts_with(
        "validation_error: body failed validation. Fix one:\n\
         body.filter.or should be defined, instead was `undefined`.\n"
    ));
}

#[tokio::test]
async fn wrong_values_are_refused_and_change_nothing() {
    let api = Api::start().await;
    let (_, source) = database(&api, "Tasks", tasks()).await;
    let body =
        |properties: Value| json!({"parent": {"data_source_id": source}, "properties": properties});
    for (properties, expected) in [
        (
            json!({"Nope": {"number": 1}}),
            "Nope is not a property that exists.",
        ),
        (
            json!({"Points": {"checkbox": true}}),
            "Points is expected to be number.",
        ),
        (
            json!({"Points": {"number": "3"}}),
            "should be a number or `null`, instead was `\"3\"`.",
        ),
        (json!({"Double": {"formula": {}}}), "read-only"),
        (
            json!({"Due": {"date": {"start": "soon"}}}),
            "should be a valid ISO 8601 date string",
        ),
        (
            json!({"State": {"select": {"name": "a,b"}}}),
            "commas not allowed",
        ),
        (
            json!({"Name": {"title": [{"text": {"content": "x".repeat(2001)}}]}}),
            "should be ≤ `2000`",
        ),
    ] {
        let (status, message) = api.fails("POST", "/v1/pages", body(properties)).await;
        assert_eq!(status, 400);
        assert!(message.contains(expected), "{message}");
    }
    assert!(names(&api, &source, json!({})).await.is_empty());
}

#[tokio::test]
async fn relations_have_two_sides() {
    let api = Api::start().await;
    let (_, items) = database(
        &api,
        "Items",
        json!({"Name": {"title": {}}, "Price": {"number": {}}}),
    )
    .await;
    let relation = json!({"relation": {"data_source_id": items, "dual_property": {}}});
    let schema = json!({"Name": {"title": {}}, "Bought": relation,
                        "Sum": {"rollup": {"relation_property_name": "Bought",
                                           "rollup_property_name": "Price", "function": "sum"}}});
    let (_, people) = database(&api, "People", schema).await;
    let path = format!("/v1/data_sources/{items}");
    let shown = api.ok("GET", &path, json!({})).await;
    let back = &shown["properties"]["Related to People (Bought)"];
    assert_eq!(
        back["relation"]["dual_property"]["synced_property_name"],
        "Bought"
    );
    let key = back["id"].as_str().unwrap();
    api.ok(
        "PATCH",
        &path,
        json!({"properties": {key: {"name": "Buyers"}}}),
    )
    .await;
    let price =
        |name: &str, price: i64| json!({"Name": {"title": text(name)}, "Price": {"number": price}});
    let hat = row(&api, &items, price("Hat", 20)).await;
    let shoe = row(&api, &items, price("Shoe", 30)).await;
    let bought = json!({"Name": {"title": text("Ada")}, "Bought": {"relation": [{"id": hat["id"]}, {"id": shoe["id"]}]}});
    let ada = row(&api, &people, bought).await;
    assert_eq!(
        ada["properties"]["Sum"]["rollup"],
        json!({"type": "number", "number": 50, "function": "sum"})
    );
    let path = format!("/v1/pages/{}", id(&hat));
    let hat = api.ok("GET", &path, json!({})).await;
    assert_eq!(
        hat["properties"]["Buyers"]["relation"],
        json!([{"id": ada["id"]}])
    );
    api.ok(
        "PATCH",
        &path,
        json!({"properties": {"Buyers": {"relation": []}}}),
    )
    .await;
    let ada = api
        .ok("GET", &format!("/v1/pages/{}", id(&ada)), json!({}))
        .await;
    assert_eq!(
        ada["properties"]["Bought"]["relation"],
        json!([{"id": shoe["id"]}])
    );
    assert_eq!(ada["properties"]["Sum"]["rollup"]["number"], 30);
    let missing = json!({"relation": [{"id": "00000000-0000-4000-8000-000000000009"}]});
    let body = json!({"properties": {"Bought": missing}});
    let (status, _) = api
        .fails("PATCH", &format!("/v1/pages/{}", id(&ada)), body)
        .await;
    assert_eq!(status, 404);
    // One-way from now on, on both sides.
    let path = format!("/v1/data_sources/{people}");
    let single = json!({"relation": {"data_source_id": items, "single_property": {}}});
    api.ok("PATCH", &path, json!({"properties": {"Bought": single}}))
        .await;
    let shown = api
        .ok("GET", &format!("/v1/data_sources/{items}"), json!({}))
        .await;
    assert_eq!(
        shown["properties"]["Buyers"]["relation"]["type"],
        "single_property"
    );
}

#[tokio::test]
async fn versions_see_the_same_database_differently() {
    let api = Api::start().await;
    let (made, source) = database(&api, "Tasks", json!({"Name": {"title": {}}})).await;
    let database = id(&made);
    let old = api.at("2022-06-28");
    let shown = old
        .ok("GET", &format!("/v1/databases/{database}"), json!({}))
        .await;
    assert_eq!(shown["properties"]["Name"]["type"], "title");
    assert!(shown.get("data_sources").is_none());
    assert_eq!(shown["archived"], false);
    let page = old
        .ok(
            "POST",
            "/v1/pages",
            json!({"parent": {"database_id": database},
                                        "properties": {"Name": {"title": text("Row")}}}),
        )
        .await;
    assert_eq!(
        page["parent"],
        json!({"type": "database_id", "database_id": database})
    );
    let rows = old
        .ok(
            "POST",
            &format!("/v1/databases/{database}/query"),
            json!({}),
        )
        .await;
    assert_eq!(rows["type"], "page_or_database");
    assert_eq!(rows["results"][0]["id"], page["id"]);
    let (_, message) = old
        .fails("GET", &format!("/v1/data_sources/{source}"), json!({}))
        .await;
    assert_eq!(message, "invalid_request_url: Invalid request URL.");
    let (_, message) = api
        .fails(
            "POST",
            &format!("/v1/databases/{database}/query"),
            json!({}),
        )
        .await;
    assert_eq!(message, "invalid_request_url: Invalid request URL.");
    let (status, message) = api
        .fails("GET", &format!("/v1/data_sources/{database}"), json!({}))
        .await;
    assert_eq!(status, 404);
    assert!(
        message.contains("Could not find data_source with ID"),
        "{message}"
    );
    let middle = api.at("2025-09-03");
    let shown = middle
        .ok("GET", &format!("/v1/data_sources/{source}"), json!({}))
        .await;
    assert_eq!(shown["archived"], false);
    let found = |answer: Value| -> Vec<String> {
        let results = answer["results"].as_array().unwrap().clone();
        results
            .iter()
            .map(|r| r["object"].as_str().unwrap().to_owned())
            .collect()
    };
    let search =
        |value: &str| json!({"query": "tasks", "filter": {"property": "object", "value": value}});
    assert_eq!(
        found(old.ok("POST", "/v1/search", search("database")).await),
        ["database"]
    );
    assert_eq!(
        found(api.ok("POST", "/v1/search", search("data_source")).await),
        ["data_source"]
    );
    let (status, _) = api.fails("POST", "/v1/search", search("database")).await;
    assert_eq!(status, 400);
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

#[tokio::test]
async fn schemas_change() {
    let api = Api::start().await;
    let (_, source) = database(
        &api,
        "Tasks",
        json!({"Name": {"title": {}}, "Points": {"number": {}}}),
    )
    .await;
    let path = format!("/v1/data_sources/{source}");
    let page = row(
        &api,
        &source,
        json!({"Name": {"title": text("A")}, "Points": {"number": 1}}),
    )
    .await;
    let change = json!({"properties": {"Points": {"name": "Score"}, "Link": {"url": {}}}});
    let shown = api.ok("PATCH", &path, change).await;
    assert_eq!(shown["properties"]["Score"]["type"], "number");
    assert_eq!(shown["properties"]["Link"]["type"], "url");
    let now = api
        .ok("GET", &format!("/v1/pages/{}", id(&page)), json!({}))
        .await;
    assert_eq!(now["properties"]["Score"]["number"], 1);
    let shown = api
        .ok("PATCH", &path, json!({"properties": {"Score": null}}))
        .await;
    assert!(shown["properties"].get("Score").is_none());
    for properties in [
        json!({"Name": null}),
        json!({"Other": {"title": {}}}),
        json!({"Nope": {"name": "x"}}),
        json!({"Name": {"number": {}}}),
        json!({"Link": {"name": "Name"}}),
        json!({"Sum": {"rollup": {"relation_property_name": "No", "rollup_property_name": "No", "function": "sum"}}}),
    ] {
        let body = json!({"properties": properties});
        let (status, message) = api.fails("PATCH", &path, body.clone()).await;
        assert_eq!(status, 400, "{body}: {message}");
    }
    let home = api.page("Home").await;
    let body = json!({"parent": {"page_id": home}, "initial_data_source": {"properties": {"A": {"number": {}}}}});
    let (_, message) = api.fails("POST", "/v1/databases", body).await;
    assert_eq!(message, "validation_error: Title is not provided");
}
