//! Bringing customers in from a file: choose, map, look, run; and taking it back.

pub mod enter;
pub mod file;
pub mod mapping;
pub mod past;
pub mod preview;
pub mod reading;
pub mod remembered;
pub mod run;
pub mod stored;
pub mod words;

use std::rc::Rc;

use domain::{
    exchange::{Answer, Ask, Choice, Reading, Seen, Sorted, Target, Trouble, guess_own},
    kind::Kind,
    own::OwnField,
};
use leptos::{prelude::*, text_prop::TextProp};

use self::{
    file::{Chosen, FileChoice},
    mapping::Columns,
    past::PastImports,
    preview::Piles,
    reading::HowItIsRead,
    run::{Finished, Report, RunButtons},
};
use crate::{
    data::{
        Data,
        files::Desk,
        own::{OwnHere, use_own},
        use_data,
    },
    i18n::{Key, Locale, t},
    layout::page::PageHeader,
    platform::time::spawn,
    ui::{
        banner::{Banner, BannerTone},
        button::Button,
        icon::Icon,
        language::{text, use_locale},
    },
};

/// What the page works on. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct Import {
    data: Data,
    own: OwnHere,
    locale: ReadSignal<Locale>,
    desk: StoredValue<Option<Rc<Desk>>, LocalStorage>,
    name: RwSignal<String>,
    how: RwSignal<Reading>,
    failed: RwSignal<Option<Key>>,
    seen: RwSignal<Option<Seen>>,
    targets: RwSignal<Vec<Target>>,
    sorted: RwSignal<Option<Sorted>>,
    /// How far reading or sorting has come; rows.
    working: RwSignal<Option<(u32, u32)>>,
    /// Rises with every change that asks for sorting anew.
    sorting: RwSignal<u32>,
    choice: RwSignal<Choice>,
    finished: RwSignal<Option<Report>>,
}

impl Import {
    fn new() -> Self {
        Self {
            data: use_data(),
            own: use_own(),
            locale: use_locale(),
            desk: StoredValue::new_local(None),
            name: RwSignal::default(),
            how: RwSignal::default(),
            failed: RwSignal::default(),
            seen: RwSignal::default(),
            targets: RwSignal::default(),
            sorted: RwSignal::default(),
            working: RwSignal::default(),
            sorting: RwSignal::new(0),
            choice: RwSignal::new(Choice { update: true, add_suspected: false }),
            finished: RwSignal::default(),
        }
    }

    /// Returns the company's own fields that a file may fill.
    fn own_fields(self) -> Vec<OwnField> {
        untrack(|| [Kind::Customer, Kind::Contact].into_iter().flat_map(|kind| self.own.of(kind)).collect())
    }

    /// Returns the desk that has the file.
    fn desk(self) -> Option<Rc<Desk>> {
        self.desk.try_get_value().flatten()
    }

    /// Takes a file on a desk of its own.
    fn take(self, chosen: Chosen) {
        self.start_again();
        let region = match self.locale.get_untracked() {
            Locale::ZhHant => Some("tw".to_owned()),
            Locale::ZhHans => Some("cn".to_owned()),
            Locale::En => None,
        };
        self.how.set(Reading { region, ..Reading::default() });
        self.name.set(chosen.name);
        self.desk.set_value(Desk::open().map(Rc::new));
        self.read(Some(chosen.bytes));
    }

    /// Reads the file, the first time or in another way.
    fn read(self, bytes: Option<Vec<u8>>) {
        let Some(desk) = self.desk() else { return self.fail(t::import::no_worker) };
        self.finished.set(None);
        self.working.set(Some((0, 0)));
        let ask = Ask::Read { name: self.name.get_untracked(), options: self.how.get_untracked() };
        spawn(async move {
            let answer = desk.ask(&ask, bytes, |_, _| {}).await;
            if !self.desk().is_some_and(|now| Rc::ptr_eq(&now, &desk)) {
                return; // another file was chosen, or the page was left
            }
            self.working.set(None);
            match answer {
                Ok((Answer::Read(seen), _)) => {
                    self.failed.set(None);
                    let guessed = || {
                        let mut targets = seen.targets.clone();
                        guess_own(&seen.header, &mut targets, &self.own_fields());
                        targets
                    };
                    self.targets.set(remembered::targets(&seen.header).unwrap_or_else(guessed));
                    self.seen.set(Some(seen));
                    self.sort();
                }
                Ok((Answer::Unreadable(Trouble::Empty), _)) => self.fail(t::import::file_empty),
                Ok((Answer::Unreadable(Trouble::TooLarge), _)) => self.fail(t::import::too_large),
                Ok((Answer::Unreadable(Trouble::Locked), _)) => self.fail(t::import::locked),
                Ok(_) => self.fail(t::import::not_text),
                Err(_) => self.fail(t::import::too_large),
            }
        });
    }

    /// Puts the rows on their piles; a change meanwhile has it done again.
    fn sort(self) {
        self.sorted.set(None);
        self.sorting.update(|number| *number += 1);
        let number = self.sorting.get_untracked();
        let targets = self.targets.get_untracked();
        let Some(desk) = self.desk().filter(|_| targets.contains(&Target::Name)) else { return };
        self.working.set(Some((0, 0)));
        spawn(async move {
            let ask = Ask::Sort { targets, own: self.own_fields(), owner: self.data.user() };
            let known = self.data.known_customers();
            let working = |done, of| {
                self.working.try_set(Some((done, of)));
            };
            let answer = desk.ask(&ask, Some(known), working).await;
            if self.sorting.try_get_untracked() != Some(number) {
                return;
            }
            self.working.set(None);
            match answer {
                Ok((Answer::Sorted(sorted), _)) => self.sorted.set(Some(sorted)),
                _ => self.fail(t::import::too_large),
            }
        });
    }

    fn fail(self, why: Key) {
        self.working.set(None);
        self.seen.set(None);
        self.sorted.set(None);
        self.failed.set(Some(why));
    }

    fn start_again(self) {
        if let Some(desk) = self.desk() {
            desk.end();
        }
        self.desk.set_value(None);
        self.sorting.update(|number| *number += 1);
        self.working.set(None);
        self.seen.set(None);
        self.sorted.set(None);
        self.failed.set(None);
        self.finished.set(None);
    }
}

/// The import page.
#[component]
pub fn ImportPage() -> impl IntoView {
    let import = Import::new();
    let locale = import.locale;
    on_cleanup(move || {
        if let Some(desk) = import.desk() {
            desk.end();
        }
    });
    let chosen = Callback::new(move |chosen: Chosen| import.take(chosen));
    let reading = Memo::new(move |_| import.working.with(Option::is_some) && import.seen.with(Option::is_none));
    let here = Memo::new(move |_| import.seen.with(Option::is_some) && import.finished.with(Option::is_none));
    let choosing = move || import.seen.with(Option::is_none) && !reading.get();
    let read_words = move || {
        let rows = import.seen.with(|seen| seen.as_ref().map_or(0, |seen| u64::from(seen.rows)));
        import.name.with(|name| t::import::file_read(locale.get(), name, rows))
    };
    let (another, stop, busy) = (text(t::import::choose_another), text(t::import::stop), text(t::import::reading));
    view! {
        <div class="page" data-testid="import">
            <PageHeader title=text(t::import::title) back="/settings"/>
            <div class="page-body">
                <div class="stack">
                    {move || {
                        import.failed.get().map(|why| {
                            let words = move || why(locale.get());
                            view! { <Banner tone=BannerTone::Late title=TextProp::from(words) testid="import-failed"/> }
                        })
                    }}
                    <Show when=choosing>
                        <FileChoice chosen/>
                        <PastImports/>
                    </Show>
                    <Show when=move || reading.get()>
                        <div class="card padded stack" role="status" data-testid="import-reading">
                            <p>{busy}</p>
                            <progress></progress>
                            <div>
                                <Button label=stop testid="import-stop-reading" on_press=Callback::new(move |()| import.start_again())/>
                            </div>
                        </div>
                    </Show>
                    <Show when=move || here.get()>
                        <div class="button-row">
                            <p data-testid="import-file">{read_words}</p>
                            <Button label=another testid="import-another" icon=Icon::Upload on_press=Callback::new(move |()| import.start_again())/>
                        </div>
                        <HowItIsRead import/>
                        <Columns import/>
                        <Piles import/>
                        <RunButtons import/>
                    </Show>
                    <Finished import/>
                </div>
            </div>
        </div>
    }
}
