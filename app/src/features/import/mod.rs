//! Bringing customers in from a file: choose, map, look, run.

pub mod file;
pub mod mapping;
pub mod plan;
pub mod run;

use domain::exchange::{Table, Target, guess};
use leptos::{prelude::*, text_prop::TextProp};

use self::{
    file::{Encoding, FileChoice, Read, decode},
    mapping::{Columns, Preview},
    plan::plan,
    run::{Finished, RunButtons},
};
use crate::{
    data::use_data,
    i18n::{Key, t},
    layout::page::PageHeader,
    ui::{
        banner::{Banner, BannerTone},
        button::Button,
        icon::Icon,
        language::{text, use_locale},
        segmented::{Segment, Segmented},
    },
};

/// What the page works on. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct Import {
    pub file: RwSignal<Option<Read>>,
    pub encoding: RwSignal<Encoding>,
    pub failed: RwSignal<Option<Key>>,
    pub table: RwSignal<Option<Table>>,
    pub targets: RwSignal<Vec<Target>>,
    /// Rows whose name is here already come in all the same.
    pub add_duplicates: RwSignal<bool>,
    pub finished: RwSignal<Option<run::Report>>,
}

impl Import {
    fn new() -> Self {
        Self {
            file: RwSignal::new(None),
            encoding: RwSignal::new(Encoding::Utf8),
            failed: RwSignal::new(None),
            table: RwSignal::new(None),
            targets: RwSignal::new(Vec::new()),
            add_duplicates: RwSignal::new(false),
            finished: RwSignal::new(None),
        }
    }

    /// Reads the chosen file anew, in the chosen encoding.
    fn read(self) {
        let Some(bytes) = self.file.with_untracked(|file| file.as_ref().map(|file| file.bytes.clone())) else { return };
        self.finished.set(None);
        let table = decode(&bytes, self.encoding.get_untracked()).map(|text| Table::read(&text));
        match table {
            Some(Ok(table)) => {
                self.failed.set(None);
                self.targets.set(guess(&table.header));
                self.table.set(Some(table));
            }
            Some(Err(domain::exchange::Unreadable::Empty)) => self.fail(t::import::file_empty),
            Some(Err(domain::exchange::Unreadable::NotATable(_))) | None => self.fail(t::import::not_text),
        }
    }

    fn fail(self, why: Key) {
        self.table.set(None);
        self.failed.set(Some(why));
    }

    fn start_again(self) {
        self.file.set(None);
        self.table.set(None);
        self.failed.set(None);
        self.finished.set(None);
    }
}

/// The import page.
#[component]
pub fn ImportPage() -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let import = Import::new();
    let chosen = Callback::new(move |read: Read| {
        import.encoding.set(Encoding::guess(&read.bytes, locale.get_untracked()));
        import.file.set(Some(read));
        import.read();
    });
    let planned = Memo::new_with_compare(
        move |_| {
            import.table.with(|table| {
                let table = table.as_ref()?;
                Some(import.targets.with(|targets| plan(data, table, targets)))
            })
        },
        |_, _| true,
    );
    let here = Memo::new(move |_| import.table.with(Option::is_some) && import.finished.with(Option::is_none));
    let read_words = move || {
        let rows = import.table.with(|table| table.as_ref().map_or(0, |table| table.rows.len() as u64));
        import.file.with(|file| file.as_ref().map(|file| t::import::file_read(locale.get(), &file.name, rows)))
    };
    let (another, encoding) = (text(t::import::choose_another), text(t::import::encoding));
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
                    <Show when=move || import.table.with(Option::is_none)>
                        <FileChoice chosen/>
                    </Show>
                    <Show when=move || here.get()>
                        <div class="button-row">
                            <p data-testid="import-file">{read_words}</p>
                            <Button label=another testid="import-another" icon=Icon::Upload on_press=Callback::new(move |()| import.start_again())/>
                        </div>
                        <Segmented
                            label=encoding
                            value=import.encoding
                            on_choose=Callback::new(move |chosen| {
                                import.encoding.set(chosen);
                                import.read();
                            })
                            segments=Encoding::ALL.map(|encoding| Segment {
                                value: encoding,
                                label: encoding.name().into(),
                                testid: encoding.testid(),
                            }).to_vec()
                        />
                        <Columns import/>
                        <Preview planned import/>
                        <RunButtons planned import/>
                    </Show>
                    <Finished import/>
                </div>
            </div>
        </div>
    }
}
