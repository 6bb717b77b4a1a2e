//! What stands between an install and Notion: every request and every answer is held until the
//! driver lets it go on, or cuts it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

/// A request or an answer that waits to go on.
pub(crate) struct Passing {
    pub(crate) install: usize,
    /// It is an answer: Notion has done what was asked.
    pub(crate) answered: bool,
    pub(crate) go: oneshot::Sender<Way>,
}

/// What becomes of what waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    On,
    Cut,
}

/// What passes every relay.
#[derive(Clone)]
pub(crate) struct Street {
    pub(crate) held: mpsc::UnboundedSender<Passing>,
    /// How many are between a look at a block and its change.
    pub(crate) looking: Arc<AtomicUsize>,
}

/// Octavo has looked at a block and is about to change it.
struct Look {
    block: String,
    looking: Arc<AtomicUsize>,
}

impl Look {
    fn begin(block: &str, street: &Street) -> Self {
        street.looking.fetch_add(1, Ordering::SeqCst);
        Self {
            block: block.to_owned(),
            looking: street.looking.clone(),
        }
    }
}

impl Drop for Look {
    fn drop(&mut self) {
        self.looking.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Listens for an install; answers the address it is to use.
pub(crate) async fn open(install: usize, notion: &str, street: Street) -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let notion = notion.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (notion, street) = (notion.clone(), street.clone());
            // A connection that breaks is closed; that is all there is to say about it.
            tokio::spawn(async move { carry(install, client, &notion, &street).await.ok() });
        }
    });
    Ok(address)
}

async fn carry(
    install: usize,
    mut client: TcpStream,
    notion: &str,
    street: &Street,
) -> io::Result<()> {
    let held = &street.held;
    let mut server = TcpStream::connect(notion).await?;
    let mut look: Option<Look> = None;
    while let Some(request) = message(&mut client).await? {
        tracing::debug!(install, request = %request.told(), "asks");
        let block = request.block();
        // Notion has no condition for a change of a block: Octavo looks at it right before. What another
        // changes in between, in the blink of an eye, nobody can know.
        let follows = look.take_if(|look| block.is_some_and(|(_, id)| look.block == id));
        look = None;
        if follows.is_none() && way(install, false, held).await == Way::Cut {
            return Ok(());
        }
        if let Some((_, id)) = block.filter(|(method, _)| *method == "GET") {
            look = Some(Look::begin(id, street));
        }
        server.write_all(&request.bytes).await?;
        let answer = message(&mut server).await?;
        let told = answer.as_ref().map(Message::told);
        tracing::debug!(install, answer = told.as_deref(), "is answered");
        drop(follows);
        if look.is_none() && way(install, true, held).await == Way::Cut {
            return Ok(());
        }
        let Some(answer) = answer else {
            return Ok(());
        };
        client.write_all(&answer.bytes).await?;
        if !answer.whole {
            return Ok(());
        }
    }
    Ok(())
}

async fn way(install: usize, answered: bool, held: &mpsc::UnboundedSender<Passing>) -> Way {
    let (go, gone) = oneshot::channel();
    let passing = Passing {
        install,
        answered,
        go,
    };
    if held.send(passing).is_err() {
        return Way::On;
    }
    gone.await.unwrap_or(Way::Cut)
}

struct Message {
    bytes: Vec<u8>,
    /// As long as its head promised.
    whole: bool,
}

impl Message {
    /// The method and the id, if this asks for one block or changes it.
    fn block(&self) -> Option<(&str, &str)> {
        let end = self.bytes.iter().position(|byte| *byte == b'\r')?;
        let line = std::str::from_utf8(self.bytes.get(..end)?).ok()?;
        let (method, rest) = line.split_once(' ')?;
        let (path, _) = rest.split_once(' ')?;
        let id = path.strip_prefix("/v1/blocks/")?;
        (!id.contains('/')).then_some((method, id))
    }

    /// Its first line and its body, to be read.
    fn told(&self) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        format!("{} {body}", head.lines().next().unwrap_or_default())
    }
}

/// The next request or answer; none if the other side closed before it began.
async fn message(stream: &mut TcpStream) -> io::Result<Option<Message>> {
    let mut bytes = Vec::new();
    let mut length = None;
    loop {
        if length.is_none() {
            length = length_of(&bytes);
        }
        if length.is_some_and(|length| bytes.len() >= length) {
            return Ok(Some(Message { bytes, whole: true }));
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            let whole = false;
            return Ok((!bytes.is_empty()).then_some(Message { bytes, whole }));
        }
    }
}

/// How long a message is, once its head is there.
fn length_of(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(bytes.get(..head)?);
    let body = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let named = name.eq_ignore_ascii_case("content-length");
        named.then(|| value.trim().parse::<usize>().ok())?
    });
    Some(head + body.unwrap_or(0))
}
