//! Filters and sorts, and what a row refuses.

use serde_json::{Value, json};

use super::{database, names, row, support::Api, tasks, text};

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
