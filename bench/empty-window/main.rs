//! The smallest Tauri app that shows a window with a page: what Octavo's start and memory are
//! measured against by `cargo xtask bench`. It does nothing else, on purpose.

fn main() -> Result<(), tauri::Error> {
    tauri::Builder::default().run(tauri::generate_context!(
        "bench/empty-window/tauri.conf.json"
    ))
}
