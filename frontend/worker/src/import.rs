//! A file on its way in: read, sorted, handed out row by row, and what stays out written back.

use domain::{
    exchange::{
        Answer, Choice, Column, Fate, Form, Format, Heading, Ids, Known, Left, Pile, Reading, Ready, Reason,
        RowRecords, Sample, Seen, Shape, Sorted, Sorter, Suspicion, Table, Target, Trouble, Unreadable, Way,
        each_known, guess, read_row, separator_of,
    },
    id::Id,
    own::OwnField,
    refusal::FieldError,
    user::UserId,
};
use encoding_rs::Encoding;

use crate::{text, vcard, workbook, write::Writing};

/// A larger file does not fit beside its rows into a phone's memory.
const BYTES_MOST: usize = 64 << 20;
/// The same for its rows.
const ROWS_MOST: usize = 200_000;
/// Rows of each pile that are shown.
const SHOWN: [usize; 4] = [10, 10, 30, 50];
/// Rows between two reports of how far the work is.
const REPORTED: u32 = 2_000;

/// The file that is being imported.
#[derive(Debug, Default)]
pub(crate) struct Import {
    bytes: Vec<u8>,
    table: Table,
    form: Form,
    targets: Vec<Target>,
    /// The company's own fields, by which cells are read.
    own: Vec<OwnField>,
    owner: Option<UserId>,
    fates: Vec<Fate>,
}

impl Import {
    /// Reads a file, or the former one in another way.
    ///
    /// # Errors
    /// Why it cannot be read; the former file is forgotten.
    pub(crate) fn read(&mut self, _name: &str, how: Reading, bytes: Option<Vec<u8>>) -> Result<Seen, Trouble> {
        let bytes = bytes.unwrap_or_else(|| std::mem::take(&mut self.bytes));
        *self = Self::default();
        if bytes.len() > BYTES_MOST {
            return Err(Trouble::TooLarge);
        }
        let (form, table) = table_of(&bytes, &how)?;
        if table.rows.len() > ROWS_MOST {
            return Err(Trouble::TooLarge);
        }
        let mut targets = guess(&table.header);
        if form == Form::Cards {
            // A card's columns are known; what has no field of its own is kept in the remark.
            targets
                .iter_mut()
                .filter(|target| **target == Target::Ignore)
                .for_each(|target| *target = Target::ToRemark);
        }
        let sample = |at: usize| {
            let mut cells = table.rows.iter().filter_map(|row| row.get(at));
            cells.find(|cell| !matches!(cell.trim(), "" | "NULL")).cloned().unwrap_or_default()
        };
        let seen = Seen {
            form: form.clone(),
            samples: (0..table.header.len()).map(sample).collect(),
            header: table.header.clone(),
            rows: count(table.rows.len()),
            targets,
        };
        *self = Self { bytes, table, form, ..Self::default() };
        Ok(seen)
    }

    /// Puts every row on its pile.
    pub(crate) fn sort(
        &mut self,
        targets: Vec<Target>,
        own: Vec<OwnField>,
        owner: UserId,
        device: &[u8],
        working: &mut dyn FnMut(Answer),
    ) -> Sorted {
        (self.targets, self.own, self.owner) = (targets, own, Some(owner));
        let mut known = Known::default();
        each_known(device, |id, search, tax_id, others| known.add(id, search, tax_id, others));
        let mut sorter = Sorter::new(&known);
        let (mut sorted, mut fates) = (Sorted::default(), Vec::with_capacity(self.table.rows.len()));
        let of = count(self.table.rows.len());
        for at in 0..of {
            let read = self.records(at);
            let fate = sorter.sort(at, read.as_ref().map_err(Clone::clone));
            let pile = fate.pile();
            let on = Pile::ALL.iter().position(|other| *other == pile).unwrap_or_default();
            if (sorted.counts[on] as usize) < SHOWN[on] {
                sorted.samples.push(self.sample(at, &fate, read.ok()));
            }
            sorted.counts[on] += 1;
            fates.push(fate);
            if at % REPORTED == REPORTED - 1 {
                working(Answer::Working { done: at, of });
            }
        }
        self.fates = fates;
        sorted
    }

    fn sample(&self, at: u32, fate: &Fate, records: Option<RowRecords>) -> Sample {
        let name = self.targets.iter().position(|target| *target == Target::Name);
        let name = name.and_then(|column| self.table.rows.get(at as usize)?.get(column));
        Sample {
            name: name.map(|name| name.trim().to_owned()).unwrap_or_default(),
            pile: fate.pile(),
            line: self.table.lines.get(at as usize).copied().unwrap_or_default(),
            records,
            known: if let Fate::Update(id) = fate { Some(*id) } else { None },
            suspicion: if let Fate::Suspected(suspicion) = fate { Some(*suspicion) } else { None },
            errors: if let Fate::Faulty(errors) = fate { errors.clone() } else { Vec::new() },
        }
    }

    fn records(&self, at: u32) -> Result<RowRecords, Vec<FieldError>> {
        // The page gives the ids when it enters the row.
        let ids =
            Ids { customer: Id::new(Default::default()), contact: Id::new(Default::default()), owner: self.owner() };
        let cells = self.table.rows.get(at as usize).map_or(&[][..], Vec::as_slice);
        read_row(&self.table.header, &self.targets, cells, &self.own, ids)
    }

    fn owner(&self) -> UserId {
        self.owner.unwrap_or_else(|| Id::new(Default::default()))
    }

    /// Hands out rows to be entered.
    pub(crate) fn take(&self, from: u32, most: u32, choice: Choice) -> Answer {
        let mut rows = Vec::new();
        for (at, fate) in (0..).zip(&self.fates).skip(from as usize) {
            if rows.len() >= most as usize {
                return Answer::Taken { rows, next: Some(at) };
            }
            let way = match fate {
                Fate::New => Way::Create,
                Fate::Joins(first) => Way::Join(*first),
                Fate::Update(id) if choice.update => Way::Update(*id),
                Fate::Suspected(_) if choice.add_suspected => Way::Create,
                _ => continue,
            };
            rows.extend(self.records(at).map(|records| Ready { row: at, way, records }));
        }
        Answer::Taken { rows, next: None }
    }

    /// Returns why rows stay out, each reason once, and how many rows do.
    pub(crate) fn reasons(&self, choice: Choice, left: &Left) -> (Vec<Reason>, u32) {
        let (mut all, mut rows) = (Vec::new(), 0);
        for reasons in self.staying_out(choice, left).map(|(_, reasons)| reasons) {
            rows += 1;
            for reason in reasons {
                if !all.contains(&reason) {
                    all.push(reason);
                }
            }
        }
        (all, rows)
    }

    fn staying_out(&self, choice: Choice, left: &Left) -> impl Iterator<Item = (usize, Vec<Reason>)> {
        (0..).zip(&self.fates).filter_map(move |(at, fate)| {
            let reasons = match fate {
                Fate::Faulty(errors) => errors.iter().cloned().map(Reason::Fault).collect(),
                Fate::Suspected(suspicion) if !choice.add_suspected => vec![reason(*suspicion)],
                Fate::Update(_) if !choice.update => vec![Reason::NoUpdates],
                _ if left.stopped_at.is_some_and(|stopped| at >= stopped) => vec![Reason::Stopped],
                _ if left.failed.contains(&at) => vec![Reason::Failed],
                _ => return None,
            };
            Some((at as usize, reasons))
        })
    }

    /// Prepares the file of what stays out: the reason first, then the columns as they were read.
    pub(crate) fn left_out(&self, choice: Choice, left: &Left, column: &str, words: &[String]) -> Writing {
        let (reasons, _) = self.reasons(choice, left);
        let word = |reason: Reason| {
            let at = reasons.iter().position(|other| *other == reason);
            at.and_then(|at| words.get(at)).cloned().unwrap_or_default()
        };
        // A file that comes back for the second time has the column already.
        let kept: Vec<usize> = (0..self.table.header.len()).filter(|at| self.table.header[*at] != column).collect();
        let names = std::iter::once(column).chain(kept.iter().map(|at| self.table.header[*at].as_str()));
        let columns = names.map(|name| Column { name: name.to_owned(), shape: Shape::Text }).collect();
        let format = if let Form::Separated { .. } = self.form { Format::Separated } else { Format::Workbook };
        let sheet = if let Form::Workbook { sheet, .. } = &self.form { sheet.clone() } else { String::new() };
        let mut writing = Writing::new(columns, format, sheet);
        for (at, reasons) in self.staying_out(choice, left) {
            let row = &self.table.rows[at];
            let why = reasons.into_iter().map(word).collect::<Vec<_>>().join("；");
            let cells = kept.iter().map(|at| row.get(*at).cloned().unwrap_or_default());
            writing.rows.push(std::iter::once(why).chain(cells).collect());
        }
        writing
    }
}

fn reason(suspicion: Suspicion) -> Reason {
    match suspicion {
        Suspicion::SeveralOfTheName(_) => Reason::SeveralOfTheName,
        Suspicion::SameTaxId(_) => Reason::SameTaxId,
        Suspicion::SamePhone(_) => Reason::SamePhone,
        Suspicion::AlikeName(_) => Reason::AlikeName,
        Suspicion::Again(_) => Reason::Again,
    }
}

fn table_of(bytes: &[u8], how: &Reading) -> Result<(Form, Table), Trouble> {
    if workbook::is_workbook(bytes) {
        let sheet = workbook::read(bytes, how.sheet.as_deref())?;
        let form = Form::Workbook { sheets: sheet.names, sheet: sheet.name };
        return Ok((form, Table::of(sheet.rows, how.heading).map_err(trouble)?));
    }
    let chosen = how.encoding.as_deref().and_then(|name| Encoding::for_label(name.as_bytes()));
    let encoding = chosen.unwrap_or_else(|| text::encoding_of(bytes, how.region.as_deref()));
    if vcard::is_cards(bytes) {
        return Ok((Form::Cards, Table::of(vcard::read(bytes, encoding), Heading::Named).map_err(trouble)?));
    }
    let text = text::decode(bytes, encoding).ok_or(Trouble::NotATable)?;
    let separator = how.separator.unwrap_or_else(|| separator_of(&text));
    let table = Table::read_with(&text, Some(separator), how.heading).map_err(trouble)?;
    Ok((Form::Separated { encoding: encoding.name().to_owned(), separator }, table))
}

fn trouble(error: Unreadable) -> Trouble {
    match error {
        Unreadable::Empty => Trouble::Empty,
        Unreadable::NotATable(_) => Trouble::NotATable,
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
