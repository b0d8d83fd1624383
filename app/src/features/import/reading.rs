//! How the file is read, where it can be read in several ways: encoding, separator, sheet, names of columns.

use domain::exchange::{Form, Heading};
use leptos::prelude::*;

use super::Import;
use crate::{
    i18n::{Key, t},
    ui::{
        field::Need,
        language::text,
        select::{Choice, Select},
    },
};

/// What is offered, as the Encoding Standard names it.
const ENCODINGS: [&str; 9] =
    ["UTF-8", "Big5", "gb18030", "UTF-16LE", "UTF-16BE", "Shift_JIS", "EUC-JP", "EUC-KR", "windows-1252"];

/// The choices that the kind of file leaves.
#[component]
pub fn HowItIsRead(import: Import) -> impl IntoView {
    let form = Memo::new(move |_| import.seen.with(|seen| seen.as_ref().map(|seen| seen.form.clone())));
    let locale = import.locale;
    let heading = text(t::import::has_header);
    view! {
        <div class="import-reading">
            {move || match form.get() {
                Some(Form::Separated { encoding, separator }) => {
                    let (chosen, parted) = (RwSignal::new(encoding.clone()), RwSignal::new(separator.to_string()));
                    let mut names: Vec<String> = ENCODINGS.map(str::to_owned).to_vec();
                    if !names.contains(&encoding) {
                        names.push(encoding);
                    }
                    let encodings: Vec<Choice> = names.into_iter().map(|name| Choice::new(name.clone(), name)).collect();
                    let separators = Signal::derive(move || {
                        let names: [(u8, Key); 4] = [
                            (b',', t::import::comma),
                            (b'\t', t::import::tab),
                            (b';', t::import::semicolon),
                            (b'|', t::import::bar),
                        ];
                        names.map(|(byte, name)| Choice::new(byte.to_string(), name(locale.get()))).to_vec()
                    });
                    on_change(chosen, move |encoding| {
                        import.how.update(|how| how.encoding = Some(encoding));
                        import.read(None);
                    });
                    on_change(parted, move |separator| {
                        import.how.update(|how| how.separator = separator.parse().ok());
                        import.read(None);
                    });
                    view! {
                        <Select name="encoding" label=text(t::import::encoding) value=chosen choices=encodings need=Need::Required/>
                        <Select name="separator" label=text(t::import::separator) value=parted choices=separators need=Need::Required/>
                    }
                    .into_any()
                }
                Some(Form::Workbook { sheets, sheet }) if sheets.len() > 1 => {
                    let chosen = RwSignal::new(sheet);
                    let sheets: Vec<Choice> = sheets.into_iter().map(|name| Choice::new(name.clone(), name)).collect();
                    on_change(chosen, move |sheet| {
                        import.how.update(|how| how.sheet = Some(sheet));
                        import.read(None);
                    });
                    view! { <Select name="sheet" label=text(t::import::sheet) value=chosen choices=sheets need=Need::Required/> }
                        .into_any()
                }
                _ => ().into_any(),
            }}
            <Show when=move || form.get().is_some_and(|form| form != Form::Cards)>
                <label class="check">
                    <input
                        type="checkbox"
                        data-testid="import-heading"
                        prop:checked=move || import.how.with(|how| how.heading == Heading::Named)
                        on:change=move |_| {
                            import.how.update(|how| {
                                how.heading = if how.heading == Heading::Named { Heading::Nameless } else { Heading::Named };
                            });
                            import.read(None);
                        }
                    />
                    <span>{heading}</span>
                </label>
            </Show>
        </div>
    }
}

/// Runs with every choice after the first.
fn on_change(value: RwSignal<String>, chosen: impl Fn(String) + 'static) {
    Effect::new(move |former: Option<String>| {
        let now = value.get();
        if former.is_some_and(|former| former != now) {
            chosen(now.clone());
        }
        now
    });
}
