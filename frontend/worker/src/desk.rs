//! Questions and answers.

use domain::exchange::{Answer, Ask, Trouble};

use crate::{import::Import, write::Writing};

/// An answer with the bytes beside it.
pub type Answered = (Answer, Option<Vec<u8>>);

/// What is being worked on: a file that is read, and one that is written.
#[derive(Debug, Default)]
pub struct Desk {
    import: Import,
    writing: Option<Writing>,
}

impl Desk {
    /// Answers a question; `working` hears how far a long one has come.
    pub fn answer(&mut self, ask: Ask, bytes: Option<Vec<u8>>, working: &mut dyn FnMut(Answer)) -> Answered {
        match ask {
            Ask::Read { name, options } => match self.import.read(&name, options, bytes) {
                Ok(seen) => (Answer::Read(seen), None),
                Err(trouble) => (Answer::Unreadable(trouble), None),
            },
            Ask::Sort { targets, own, owner } => {
                let known = bytes.unwrap_or_default();
                (Answer::Sorted(self.import.sort(targets, own, owner, &known, working)), None)
            }
            Ask::Take { from, most, choice } => (self.import.take(from, most, choice), None),
            Ask::Reasons { choice, left } => {
                let (reasons, rows) = self.import.reasons(choice, &left);
                (Answer::Reasons { reasons, rows }, None)
            }
            Ask::LeftOut { choice, left, column, words } => {
                finished(self.import.left_out(choice, &left, &column, &words))
            }
            Ask::Begin { columns, format, sheet } => {
                self.writing = Some(Writing::new(columns, format, sheet));
                done("", "", None)
            }
            Ask::Rows { rows } => {
                if let Some(writing) = &mut self.writing {
                    writing.rows.extend(rows);
                }
                done("", "", None)
            }
            Ask::End => match self.writing.take() {
                Some(writing) => finished(writing),
                None => (Answer::Unreadable(Trouble::Empty), None),
            },
        }
    }
}

fn finished(writing: Writing) -> Answered {
    let (kind, extension) = writing.kind();
    match writing.finish() {
        Some(bytes) => done(kind, extension, Some(bytes)),
        None => (Answer::Unreadable(Trouble::TooLarge), None),
    }
}

fn done(kind: &str, extension: &str, bytes: Option<Vec<u8>>) -> Answered {
    (Answer::Done { kind: kind.to_owned(), extension: extension.to_owned() }, bytes)
}
