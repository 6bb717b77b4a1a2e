//! How fast notes are sent, and how little is asked when nothing happens. By the virtual clock, so that no
//! busy computer changes what comes out.

use octavo_torture::{Rule, Weather, flood, idle};

/// A fault that says nothing of a limit: what Notion asks to wait for is not allowed.
fn rule(fault: &'static str, percent: u32) -> Rule {
    Rule {
        method: None,
        fault,
        percent,
        delay_ms: 500,
        budget: "connection",
        dated: false,
    }
}

#[test]
fn a_thousand_captures_go_out_at_the_rate_notion_allows() {
    let weather = Weather {
        rules: vec![
            rule("cut_after_commit", 1),
            rule("cut_before", 1),
            rule("502_after_commit", 1),
            rule("503_before", 1),
            rule("409", 2),
            rule("slow", 10),
        ],
        seed: 6,
    };
    let flood = flood(1_000, &weather).unwrap();
    println!("{flood:?}");
    assert!(flood.least_ms > 0, "{flood:?}");
    assert!(
        flood.least_ms * 100 >= flood.took_ms * 95,
        "less than 95 % of what is allowed: {flood:?}"
    );
    // Faults cost requests; but a note costs one, and what was unclear is looked for together.
    assert!(flood.requests < 1_400, "{flood:?}");
}

#[test]
fn ten_accounts_at_rest_ask_less_than_thirty_times_a_minute() {
    let asked = idle(10).unwrap();
    println!("{asked} requests in an hour");
    assert!(asked > 0, "they do not look at all");
    assert!(asked < 30 * 60, "{asked} requests in an hour");
}
