//! The figures: how much of recorded traffic the simulator answers in the same way.

use std::path::PathBuf;

use notion_conformance::{Options, Schema, load, run};
use serde_json::{Value, json};

/// What was measured, in percent of the pairs whose routes are simulated. It may only rise.
const FLOOR: f64 = 97.4;

fn fixtures() -> Option<PathBuf> {
    let path = std::env::var_os("OCTAVO_FIXTURES").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/fixtures"),
        PathBuf::from,
    );
    path.is_dir().then_some(path)
}

#[tokio::test(flavor = "multi_thread")]
async fn recordings_and_schema() {
    let Some(root) = fixtures() else {
        println!("skipped: no fixtures; set OCTAVO_FIXTURES");
        return;
    };
    let schema = Schema::load(&root.join("notion-openapi.json")).unwrap();
    let recordings = load(&root.join("notion-recordings")).unwrap();
    let options = Options {
        schema: Some(&schema),
    };
    let report = run(&recordings, options).await.unwrap();
    println!("{}", report.table());
    assert!(
        report.percent() >= FLOOR,
        "{:.1} % agree, it were {FLOOR} %\n{}",
        report.percent(),
        report.list()
    );
    assert!(report.validated > 1200, "{}", report.validated);
    let left: Vec<_> = report.undescribed.keys().collect();
    assert!(left.is_empty(), "not held against the schema: {left:?}");
    let own: Vec<_> = report.own_violations().collect();
    assert!(own.is_empty(), "{own:#?}");
}

/// Real answers are valid but for the few that Notion's document is wrong about, and what is no
/// answer at all is not.
#[test]
fn the_schema_takes_real_answers_and_refuses_others() {
    let Some(root) = fixtures() else {
        println!("skipped: no fixtures; set OCTAVO_FIXTURES");
        return;
    };
    let schema = Schema::load(&root.join("notion-openapi.json")).unwrap();
    let (mut held, mut invalid, mut refused) = (0, Vec::new(), 0);
    for pair in load(&root.join("notion-recordings"))
        .unwrap()
        .iter()
        .flat_map(|recording| &recording.pairs)
    {
        let text = |key: &str| pair.request.get(key).and_then(Value::as_str).unwrap_or("");
        let status = pair.response.get("status").and_then(Value::as_u64);
        let status = u16::try_from(status.unwrap_or(0)).unwrap();
        let answer = pair.response.get("body").unwrap();
        let check =
            |body: &Value| schema.check(&pair.version, text("method"), text("path"), status, body);
        let Some(wrong) = check(answer) else { continue };
        held += 1;
        if !wrong.is_empty() {
            invalid.push(pair.file.clone());
        }
        let mut changed = answer.clone();
        if let Some(map) = changed.as_object_mut() {
            map.insert("object".into(), json!("nothing"));
        }
        refused += usize::from(check(&changed).is_some_and(|wrong| !wrong.is_empty()));
    }
    assert!(held > 1000, "{held}");
    assert!(invalid.len() <= 4, "{invalid:#?}");
    assert_eq!(refused, held);
}
