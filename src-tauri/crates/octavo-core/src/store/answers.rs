//! Pages that Notion made and the database had no room to note down.
//!
//! A create may be answered when the disk is full. Its journal tells that it was sent, so nothing is sent
//! again unseen; but until there is room, people may rewrite the page so far that nobody can know it again.
//! So this file has its whole size from the start: writing in it takes no room.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use crate::CoreError;

/// Two ids of 36 characters, a space, and what fills up the line.
const LINE: usize = 80;
/// A round ends with the first answer that cannot be kept, so more than a few are not to be expected.
const LINES: usize = 32;

/// The file of one account.
#[derive(Debug, Clone)]
pub(crate) struct Answers(PathBuf);

impl Answers {
    pub(super) fn of(dir: &std::path::Path) -> Self {
        Self(dir.join("answers"))
    }

    /// Makes the file while there is room.
    pub(super) async fn reserve(&self) -> Result<(), CoreError> {
        self.on_a_thread_of_its_own(|file| {
            let missing =
                (LINE * LINES).saturating_sub(usize::try_from(file.metadata()?.len()).unwrap_or(0));
            if missing > 0 {
                file.seek(SeekFrom::End(0))?;
                file.write_all(&vec![b' '; missing])?;
                file.sync_data()?;
            }
            Ok(())
        })
        .await
    }

    /// Keeps that this page was made for this note.
    pub(crate) async fn keep(&self, note: &str, page: &str) -> Result<(), CoreError> {
        let line = format!("{note} {page}");
        let note = note.to_owned();
        self.on_a_thread_of_its_own(move |file| {
            let lines = lines(file)?;
            let own = lines.iter().position(|line| named(line, &note).is_some());
            let free = lines.iter().position(|line| line.trim().is_empty());
            match own.or(free) {
                Some(at) if line.len() < LINE => put(file, at, &line),
                _ => Err(io::ErrorKind::StorageFull.into()),
            }
        })
        .await
    }

    /// The page that was made for this note, if it could not be noted down elsewhere.
    pub(crate) async fn page_of(&self, note: &str) -> Result<Option<String>, CoreError> {
        let note = note.to_owned();
        self.on_a_thread_of_its_own(move |file| {
            let lines = lines(file)?;
            let page = lines.iter().find_map(|line| named(line, &note));
            Ok(page.map(str::to_owned))
        })
        .await
    }

    /// It is noted down elsewhere now.
    pub(crate) async fn forget(&self, note: &str) -> Result<(), CoreError> {
        let note = note.to_owned();
        self.on_a_thread_of_its_own(move |file| {
            let lines = lines(file)?;
            match lines.iter().position(|line| named(line, &note).is_some()) {
                Some(at) => put(file, at, ""),
                None => Ok(()),
            }
        })
        .await
    }

    async fn on_a_thread_of_its_own<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut File) -> io::Result<T> + Send + 'static,
    ) -> Result<T, CoreError> {
        let path = self.0.clone();
        let done = tokio::task::spawn_blocking(move || {
            let mut options = OpenOptions::new();
            options.create(true).truncate(false).read(true).write(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            work(&mut options.open(&path)?)
        });
        let done = done
            .await
            .unwrap_or_else(|error| Err(io::Error::other(error)));
        done.map_err(|error| CoreError::file(&self.0, error))
    }
}

fn lines(file: &mut File) -> io::Result<Vec<String>> {
    let mut text = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut text)?;
    let lines = text.chunks(LINE);
    Ok(lines
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect())
}

fn put(file: &mut File, at: usize, line: &str) -> io::Result<()> {
    file.seek(SeekFrom::Start((at * LINE) as u64))?;
    file.write_all(format!("{line:LINE$}").as_bytes())?;
    file.sync_data()
}

/// The page in a line about this note.
fn named<'a>(line: &'a str, note: &str) -> Option<&'a str> {
    let (of, page) = line.trim_end().split_once(' ')?;
    (of == note).then_some(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_takes_no_room_and_is_found_until_it_is_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let answers = Answers::of(dir.path());
        answers.reserve().await.unwrap();
        let size = || std::fs::metadata(dir.path().join("answers")).unwrap().len();
        let reserved = size();
        let id = || uuid::Uuid::now_v7().to_string();
        let (first, second, page, other) = (id(), id(), id(), id());
        answers.keep(&first, &page).await.unwrap();
        answers.keep(&second, &other).await.unwrap();
        answers.keep(&first, &page).await.unwrap();
        // A later start finds them.
        let later = Answers::of(dir.path());
        later.reserve().await.unwrap();
        assert_eq!(later.page_of(&first).await.unwrap(), Some(page));
        later.forget(&first).await.unwrap();
        assert_eq!(later.page_of(&first).await.unwrap(), None);
        assert_eq!(later.page_of(&second).await.unwrap(), Some(other));
        assert_eq!(size(), reserved);
        // There is a place for every answer that may come in between, and no more.
        for _ in 1..LINES {
            answers.keep(&id(), &id()).await.unwrap();
        }
        answers.keep(&id(), &id()).await.unwrap_err();
        assert_eq!(size(), reserved);
    }
}
