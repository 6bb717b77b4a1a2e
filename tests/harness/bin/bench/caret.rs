//! From the key to the caret: Octavo's quick capture beside the note programs of the system, all
//! open on one desktop and called in turns, so that a busy moment of the machine meets each.

use std::fs;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use harness::{App, AppOptions, Fault, Keyring, Look, Stage, Verdict, wait_until};

use crate::keyboard::{ALT, CONTROL, ESCAPE, F4, F9, F10, Keyboard, Owner, SHIFT, SPACE};
use crate::table::{Table, percentile};

/// What had the keyboard before, and has it again afterwards.
const BEFORE: &str = "bench-before";
/// Between two presses, so that each meets programs that have settled, as a person does.
const PAUSE: Duration = Duration::from_millis(250);
/// How long a window of a peer stays.
const STAY: Duration = Duration::from_millis(100);
/// Presses that are not counted.
const WARM: usize = 5;

/// A key of one's own, as a person binds it to the program's own command for its running instance.
const KEYS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc"><keyboard>
  <keybind key="F9"><action name="Execute"><command>xpad --toggle</command></action></keybind>
  <keybind key="F10"><action name="Execute"><command>gnote --new-note=Bench</command></action></keybind>
  <keybind key="A-F4"><action name="Close"/></keybind>
</keyboard></openbox_config>
"#;

/// What the figures mean.
const HOW: &str = "Shortcut and keys: pressed through XTEST under openbox, timed from right before \
    the press. “Focused window”: the X server says that the program's window is viewable and has \
    the input focus (asked every 0.3 ms, the same for all). “Caret drawn”: Octavo's page has, after \
    that, drawn a frame in which the document has the focus and the text area is the active \
    element (the page's clock, rounded up to the next millisecond); checked after each press. All \
    programs run on one desktop and are called in turns, each 0.25 s after the one before was \
    hidden; xpad and gnote are called by a key of openbox that starts their command for the running \
    instance.";

/// When the page has drawn the frame with the caret: it has the keyboard, and so has its text.
const PROBE: &str = "window.octavoCaret = null; \
    if (!window.octavoProbe) { window.octavoProbe = true; \
      const settle = () => requestAnimationFrame(() => { \
        if (!document.hasFocus() || document.activeElement?.tagName !== 'TEXTAREA') return settle(); \
        const drawn = new MessageChannel(); \
        drawn.port1.onmessage = () => { window.octavoCaret ??= Date.now(); }; \
        drawn.port2.postMessage(0); }); \
      window.addEventListener('focus', settle); }";

/// What a note program took, in milliseconds.
#[derive(Default)]
struct Times {
    /// Octavo: until its window has the keyboard; and until its page has drawn the caret.
    window: Vec<f64>,
    caret: Vec<f64>,
    xpad: Vec<f64>,
    gnote: Vec<f64>,
}

pub(crate) async fn measure(table: &mut Table, presses: usize) -> Verdict {
    let stage = Stage::raise(Keyring::Unlocked).await?;
    let folder = stage.home().join(".config/openbox");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(folder.join("rc.xml"), KEYS))
        .map_err(Fault::io("write the window manager's keys"))?;
    stage.manage_windows().await?;
    let notion = stage.simulator()?;
    let cli = stage.cli(&notion)?;
    cli.run(&["account", "add", "--local"], "")
        .await?
        .expect_code(0)?;
    let app = stage.open_app_with(AppOptions::new(notion.url())).await?;
    app.painted().await?;
    app.turn_to_capture().await?;
    app.find("textbox", "Note").await?;
    let keyboard = Keyboard::of(&stage)?;
    let _peers = open_peers(&stage, &keyboard)?;
    let _before = stage.peer(BEFORE).await?;
    // The first hides what xpad began with.
    keyboard.press(&[F9])?;
    back(&keyboard)?;

    let mut times = Times::default();
    for press in 0..WARM + presses {
        let (window, caret) = octavo(&keyboard, &app).await?;
        let xpad = xpad(&keyboard)?;
        let gnote = gnote(&keyboard)?;
        if press >= WARM {
            times.window.push(window);
            times.caret.push(caret);
            times.xpad.push(xpad);
            times.gnote.push(gnote);
        }
    }
    stage.close_apps();
    rows(table, presses, &mut times);
    Ok(())
}

/// Opens the programs beside us, each with one note.
fn open_peers(stage: &Stage, keyboard: &Keyboard) -> Result<[Running; 2], Fault> {
    // With a folder of its own xpad does not begin with its help.
    fs::create_dir_all(stage.home().join(".config/xpad"))
        .map_err(Fault::io("make xpad's folder"))?;
    let xpad = Running::start(stage, "xpad", "--new")?;
    keyboard.until_focused(Instant::now(), is_xpad)?;
    let gnote = Running::start(stage, "gnote", "--background")?;
    Ok([xpad, gnote])
}

fn is_xpad(window: &Owner) -> bool {
    window.class.starts_with("xpad")
}

/// Until Octavo's window has the keyboard, and until its page has drawn the caret.
async fn octavo(keyboard: &Keyboard, app: &App) -> Result<(f64, f64), Fault> {
    app.run(PROBE).await?;
    rest();
    let began = since_1970();
    let pressed = keyboard.press(&[CONTROL, SHIFT, SPACE])?;
    let before_press = pressed.duration_since(began.0).as_secs_f64() * 1000.0;
    let window =
        keyboard.until_focused(pressed, |window| window.name.starts_with("Quick capture"))?;
    let drawn = wait_until("the caret is in the text", async || {
        let at = app.run("return window.octavoCaret").await?;
        Ok(at
            .as_f64()
            .map_or_else(|| Look::NotYet(at.to_string()), Look::Yes))
    })
    .await?;
    // The page's clock counts whole milliseconds: the one that had begun counts in full.
    let caret = drawn + 1.0 - began.1 - before_press;
    keyboard.press(&[ESCAPE])?;
    back(keyboard)?;
    Ok((window, caret))
}

fn xpad(keyboard: &Keyboard) -> Result<f64, Fault> {
    rest();
    let time = keyboard.until_focused(keyboard.press(&[F9])?, is_xpad)?;
    std::thread::sleep(STAY);
    keyboard.press(&[F9])?;
    back(keyboard)?;
    Ok(time)
}

fn gnote(keyboard: &Keyboard) -> Result<f64, Fault> {
    rest();
    let is = |window: &Owner| window.class.starts_with("gnote");
    let time = keyboard.until_focused(keyboard.press(&[F10])?, is)?;
    std::thread::sleep(STAY);
    keyboard.press(&[ALT, F4])?;
    back(keyboard)?;
    Ok(time)
}

/// Waits until the window is away, and the keyboard where it was.
fn back(keyboard: &Keyboard) -> Verdict {
    keyboard
        .until_focused(Instant::now(), |window| window.name == BEFORE)
        .map(drop)
}

fn rest() {
    std::thread::sleep(PAUSE);
}

/// Now, by both clocks: the one of this process, and the one that pages count by.
fn since_1970() -> (Instant, f64) {
    let now = Instant::now();
    #[expect(
        clippy::disallowed_methods,
        reason = "a page of another process counts by the system's clock"
    )]
    let wall = SystemTime::now().duration_since(UNIX_EPOCH);
    (now, wall.unwrap_or_default().as_secs_f64() * 1000.0)
}

fn rows(table: &mut Table, presses: usize, times: &mut Times) {
    let counted = |values: &mut Vec<f64>| {
        let at = [0.5, 0.95, 0.99].map(|share| percentile(values, share));
        (at, at.map(|value| format!("{value:.0}")).join(", "))
    };
    let (ours, our_words) = counted(&mut times.window);
    let (_, caret_words) = counted(&mut times.caret);
    table.row([
        format!("shortcut to caret: frame with the caret drawn (p50, p95, p99 of {presses})"),
        format!("{caret_words} ms"),
        "—".into(),
        "—".into(),
        "p50 ≤ 45 ms, p95 ≤ 120 ms".into(),
    ]);
    let peers = [
        ("xpad --toggle", &mut times.xpad),
        ("gnote --new-note", &mut times.gnote),
    ];
    for (name, values) in peers {
        let (theirs, words) = counted(values);
        let relation: Vec<String> = ours
            .iter()
            .zip(theirs)
            .map(|(our, their)| format!("{:.2} ×", our / their))
            .collect();
        table.row([
            format!("key to focused window (p50, p95, p99 of {presses})"),
            format!("{our_words} ms"),
            format!("{words} ms, {name}"),
            relation.join(", "),
            "—".into(),
        ]);
    }
    table.note(HOW);
}

/// A program that ends with this.
struct Running(Child);

impl Running {
    fn start(stage: &Stage, program: &str, word: &str) -> Result<Self, Fault> {
        stage
            .command(program)
            .arg(word)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map(Self)
            .map_err(Fault::io(format!("start {program}")))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended already is what we want.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
