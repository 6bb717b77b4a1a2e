//! The smallest Tauri app that shows a window with a page: what Octavo's start and memory are
//! measured against by `cargo xtask bench`. It does nothing else, on purpose.
//!
//! With `--second-hidden` it has one more window with the same page that is never shown, as Octavo
//! keeps the one for quick capture.

use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() -> Result<(), tauri::Error> {
    let second = std::env::args().any(|word| word == "--second-hidden");
    tauri::Builder::default()
        .setup(move |app| {
            if second {
                // As large as Octavo's.
                WebviewWindowBuilder::new(app, "second", WebviewUrl::App("index.html".into()))
                    .inner_size(640.0, 220.0)
                    .visible(false)
                    .build()?;
            }
            Ok(())
        })
        .run(tauri::generate_context!(
            "bench/empty-window/tauri.conf.json"
        ))
}
