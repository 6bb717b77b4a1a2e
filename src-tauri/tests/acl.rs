//! Which window may call what, in the access list that is really built into the app.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use octavo_contract::{COMMANDS, WINDOWS};
use octavo_desktop::{App, Source};
use serde_json::{Value, json};
use tauri::{
    WebviewWindow, WebviewWindowBuilder,
    ipc::{CallbackFn, InvokeBody},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder},
    webview::InvokeRequest,
};

/// The app as it is, but on a runtime without windows.
fn app() -> tauri::App<MockRuntime> {
    octavo_desktop::configure(mock_builder(), App::new(Source::Environment, false, None))
        .build(octavo_desktop::context())
        .unwrap()
}

fn window(app: &tauri::App<MockRuntime>, label: &str) -> WebviewWindow<MockRuntime> {
    WebviewWindowBuilder::new(app, label, tauri::WebviewUrl::default())
        .build()
        .unwrap()
}

fn call_from(
    window: &WebviewWindow<MockRuntime>,
    origin: &str,
    command: &str,
    arguments: Value,
) -> Result<Value, Value> {
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: origin.parse().unwrap(),
        body: InvokeBody::Json(arguments),
        headers: tauri::http::HeaderMap::default(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, request).map(|body| body.deserialize().unwrap())
}

fn call(
    window: &WebviewWindow<MockRuntime>,
    command: &str,
    arguments: Value,
) -> Result<Value, Value> {
    let origin = if cfg!(windows) {
        "http://tauri.localhost"
    } else {
        "tauri://localhost"
    };
    call_from(window, origin, command, arguments)
}

/// Whether the access list lets a command through. The request is one that no command can read: a
/// command that is reached says so and does nothing.
fn allowed(window: &WebviewWindow<MockRuntime>, command: &str) -> bool {
    let answer = call(window, command, json!({ "request": 5 }));
    let refusal = answer.unwrap_err();
    if refusal.get("code") == Some(&json!("bad_request")) {
        return true;
    }
    let text = refusal.as_str().unwrap_or_default();
    assert!(text.contains("not allowed"), "{command}: {refusal}");
    false
}

#[test]
fn every_window_may_call_exactly_what_the_table_says() {
    let app = app();
    for label in WINDOWS {
        let window = window(&app, label);
        for command in COMMANDS {
            let wanted = command.windows.contains(label);
            assert_eq!(
                allowed(&window, command.name),
                wanted,
                "{label} × {}",
                command.name
            );
        }
    }
}

#[test]
fn a_window_that_is_not_in_the_table_may_call_nothing() {
    let app = app();
    for label in ["other", "main-2", "capture-2", "settings"] {
        let window = window(&app, label);
        for command in COMMANDS
            .iter()
            .filter(|command| !command.windows.contains(&label))
        {
            assert!(
                !allowed(&window, command.name),
                "{label} × {}",
                command.name
            );
        }
        let listen = json!({ "event": "octavo", "target": { "kind": "Any" }, "handler": 1 });
        assert!(
            call(&window, "plugin:event|listen", listen).is_err(),
            "{label} may listen"
        );
    }
}

#[test]
fn a_page_from_elsewhere_may_call_nothing() {
    let app = app();
    let window = window(&app, "main");
    for origin in [
        "https://www.notion.so",
        "http://127.0.0.1:1430",
        "http://localhost:5173",
    ] {
        for command in COMMANDS {
            let answer = call_from(&window, origin, command.name, json!({ "request": 5 }));
            let refusal = answer.unwrap_err();
            assert!(
                refusal
                    .as_str()
                    .is_some_and(|text| text.contains("not allowed")),
                "{origin} × {}: {refusal}",
                command.name
            );
        }
    }
}

#[test]
fn a_window_may_hear_events_and_nothing_else_of_tauris() {
    let app = app();
    for label in WINDOWS {
        may_only_listen(&window(&app, label));
    }
}

fn may_only_listen(window: &WebviewWindow<MockRuntime>) {
    let listen = json!({ "event": "octavo", "target": { "kind": "Any" }, "handler": 1 });
    assert!(call(window, "plugin:event|listen", listen).is_ok());

    for command in [
        "plugin:event|emit",
        "plugin:event|emit_to",
        "plugin:window|set_title",
        "plugin:window|close",
        "plugin:window|title",
        "plugin:window|create",
        "plugin:webview|create_webview_window",
        "plugin:webview|internal_toggle_devtools",
        "plugin:webview|print",
        "plugin:app|version",
        "plugin:path|resolve_directory",
        "plugin:resources|close",
        "plugin:image|from_path",
        "plugin:menu|new",
        "plugin:tray|new",
        "plugin:deep-link|get_current",
        "plugin:deep-link|register",
        "plugin:opener|open_url",
        "plugin:opener|open_path",
        "plugin:shell|execute",
        "plugin:fs|read_file",
        "plugin:http|fetch",
        "plugin:global-shortcut|register",
        "plugin:global-shortcut|unregister_all",
        "plugin:autostart|enable",
        "plugin:autostart|disable",
    ] {
        let refusal = call(
            window,
            command,
            json!({ "value": "x", "label": window.label() }),
        )
        .unwrap_err();
        let text = refusal.as_str().unwrap_or_default();
        assert!(
            text.contains("not allowed") || text.contains("not found"),
            "{command}: {refusal}"
        );
    }
}

#[test]
fn a_command_outside_the_table_does_not_exist() {
    let app = app();
    let window = window(&app, "main");
    let refusal = call(&window, "note_read_all", json!({ "request": {} })).unwrap_err();
    assert!(
        refusal.as_str().is_some_and(|text| text.contains("not")),
        "{refusal}"
    );
}

#[test]
fn a_request_with_a_field_too_many_is_refused() {
    let app = app();
    let window = window(&app, "main");
    for arguments in [
        json!({ "request": { "account": "a", "force": true } }),
        json!({ "request": {} }),
        json!({ "account": "a" }),
        json!({}),
    ] {
        let refusal = call(&window, "note_list", arguments).unwrap_err();
        assert_eq!(
            refusal.get("code"),
            Some(&json!("bad_request")),
            "{refusal}"
        );
        assert!(
            refusal.get("correlation").is_some_and(Value::is_string),
            "{refusal}"
        );
    }
}

#[test]
fn a_refused_request_is_not_repeated_in_the_answer() {
    let app = app();
    let window = window(&app, "main");
    let request = json!({ "request": { "token": ["ntn_do_not_tell"] } });
    let refusal = call(&window, "account_add_token", request).unwrap_err();
    assert!(!refusal.to_string().contains("do_not_tell"), "{refusal}");
}

fn configuration() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tauri.conf.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_content_policy_is_strict() {
    let configuration = configuration();
    let policy = configuration
        .pointer("/app/security/csp")
        .unwrap()
        .as_object()
        .unwrap();
    for (directive, sources) in policy {
        let sources = sources.as_str().unwrap();
        assert!(!sources.contains("unsafe"), "{directive} {sources}");
        assert!(!sources.contains('*'), "{directive} {sources}");
        assert!(
            !sources.contains("nonce-"),
            "a fixed nonce protects nothing: {directive} {sources}"
        );
    }
    let sources = |directive: &str| policy.get(directive).and_then(Value::as_str).unwrap();
    assert_eq!(sources("default-src"), "'self'");
    // Without these Tauri falls back to a slower road, or fails on Windows only.
    assert_eq!(sources("connect-src"), "'self' ipc: http://ipc.localhost");
    for directive in ["object-src", "base-uri", "form-action", "frame-ancestors"] {
        assert_eq!(sources(directive), "'none'", "{directive}");
    }
}

#[test]
fn the_page_gets_as_little_of_tauri_as_can_be() {
    let configuration = configuration();
    let is = |pointer: &str, wanted: Value| {
        assert_eq!(configuration.pointer(pointer), Some(&wanted), "{pointer}");
    };
    is("/app/withGlobalTauri", json!(false));
    is("/app/security/freezePrototype", json!(true));
    // A window from the configuration would be made without our guards.
    is("/app/windows", json!([]));
    // Files that are not listed are silently inactive: list and folder must agree.
    is("/app/security/capabilities", json!(capability_files()));
    assert!(
        configuration
            .pointer("/app/security/assetProtocol")
            .is_none()
    );
    assert!(
        configuration
            .pointer("/app/security/dangerousDisableAssetCspModification")
            .is_none()
    );
}

fn capability_files() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src-tauri/capabilities");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn there_is_one_capability_file_for_each_window_and_it_names_only_that() {
    let mut windows = WINDOWS.to_vec();
    windows.sort_unstable();
    assert_eq!(capability_files(), windows);
    for window in WINDOWS {
        let path = format!(
            "{}/src-tauri/capabilities/{window}.json",
            env!("CARGO_MANIFEST_DIR")
        );
        let capability: Value =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(capability.get("identifier"), Some(&json!(window)));
        assert_eq!(capability.get("windows"), Some(&json!([window])));
        assert!(
            capability.get("remote").is_none(),
            "{window} lets pages from elsewhere in"
        );
    }
}

#[test]
fn the_menu_entry_takes_addresses() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src-tauri/linux/octavo.desktop"
    );
    let entry = std::fs::read_to_string(path).unwrap();
    assert!(
        entry.contains("\nExec={{exec}} %u\n"),
        "without %u an address never arrives"
    );
    assert!(entry.contains("\nMimeType=x-scheme-handler/octavo;\n"));
    assert!(entry.contains("\nExec={{exec}} --capture\n"));
    let configuration = configuration();
    for bundle in ["deb", "rpm"] {
        assert_eq!(
            configuration.pointer(&format!("/bundle/linux/{bundle}/desktopTemplate")),
            Some(&json!("src-tauri/linux/octavo.desktop"))
        );
    }
}
