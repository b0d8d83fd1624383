//! What forms share: errors at their fields, the draft's hint, several phones, and the entry to correct.

use std::collections::BTreeMap;

use domain::{
    edit::{Edit, place},
    own,
    record::Record,
    refusal::{FieldError, Problem},
    value::{Phone, clean},
};
use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::hooks::use_query_map;
use sync::device::Pending;
use uuid::Uuid;

use crate::{
    data::{Data, draft::Draft},
    i18n::{Key, refusals, t},
    ui::{
        banner::{Banner, BannerTone},
        button::{Button, Tone},
        field::Need,
        icon::Icon,
        input::{Input, InputKind},
        language::{text, use_locale},
    },
};

/// What is wrong at a field.
#[derive(Clone, Debug)]
pub enum Fault {
    /// A rule of the domain.
    Problem(Problem),
    /// A rule of this form.
    Words(Key),
}

/// The errors of a form by field. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct Errors(RwSignal<BTreeMap<String, Fault>>);

impl Default for Errors {
    fn default() -> Self {
        Self::new()
    }
}

impl Errors {
    /// Makes a form's errors: none yet.
    pub fn new() -> Self {
        Self(RwSignal::new(BTreeMap::new()))
    }

    /// Forgets all.
    pub fn clear(self) {
        self.0.update(BTreeMap::clear);
    }

    /// Notes an error; the first of a field stays.
    pub fn set(self, field: &str, fault: Fault) {
        self.0.update(|errors| {
            errors.entry(field.to_owned()).or_insert(fault);
        });
    }

    /// Notes an error of the domain.
    pub fn field(self, error: FieldError) {
        self.set(&error.field, Fault::Problem(error.problem));
    }

    /// Notes that a field is empty, if it is.
    pub fn require(self, field: &str, value: &str) {
        if value.trim().is_empty() {
            self.set(field, Fault::Problem(Problem::Required));
        }
    }

    /// Keeps what was parsed, or notes why it could not be.
    pub fn parsed<T>(self, field: &str, parsed: Result<T, Problem>) -> Option<T> {
        parsed.map_err(|problem| self.set(field, Fault::Problem(problem))).ok()
    }

    /// Parses a field; an empty one is nothing.
    pub fn parsed_if_any<T>(
        self,
        field: &str,
        value: RwSignal<String>,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        let text = value.with_untracked(|text| clean(text));
        if text.is_empty() { None } else { self.parsed(field, parse(&text)) }
    }

    /// Follows whether one of some fields is wrong.
    pub fn any_of(self, fields: &'static [&'static str]) -> Signal<bool> {
        Signal::derive(move || self.0.with(|errors| fields.iter().any(|field| errors.contains_key(*field))))
    }

    /// Follows whether one of the company's own fields is wrong.
    pub fn any_own(self) -> Signal<bool> {
        Signal::derive(move || self.0.with(|errors| errors.keys().any(|field| own::named(field).is_some())))
    }

    /// Says whether there is any.
    pub fn any(self) -> bool {
        self.0.with_untracked(|errors| !errors.is_empty())
    }

    /// A field's error in words.
    pub fn of(self, field: &'static str) -> Signal<Option<String>> {
        self.at(field.to_owned())
    }

    /// A field's error in words, by a name that is put together.
    pub fn at(self, field: String) -> Signal<Option<String>> {
        let locale = use_locale();
        Signal::derive(move || {
            self.0.with(|errors| {
                errors.get(&field).map(|fault| match fault {
                    Fault::Problem(problem) => refusals::problem(locale.get(), problem),
                    Fault::Words(key) => key(locale.get()).to_owned(),
                })
            })
        })
    }

    /// Moves the focus to the first field that is wrong, once its error is drawn.
    pub fn show_first(self) {
        request_animation_frame(|| {
            let found = document().query_selector("[aria-invalid=true]").ok().flatten();
            if let Some(element) = found.and_then(|element| {
                use wasm_bindgen::JsCast as _;
                element.dyn_into::<web_sys::HtmlElement>().ok()
            }) {
                // An element of the page can always be asked to take the focus.
                drop(element.focus());
            }
        });
    }
}

/// Returns the entry that this form corrects, named in the address.
pub fn use_correction(data: Data) -> Option<Pending> {
    let id = use_query_map().with_untracked(|query| query.get("instead"))?;
    data.pending(Uuid::try_parse(&id).ok()?)
}

/// Returns a record as an edit wanted it, whatever it is now.
pub fn overlaid<R: Record>(edit: &Edit<R>, now: &R) -> Option<R> {
    let Ok(serde_json::Value::Object(mut map)) = serde_json::to_value(now) else { return None };
    for change in &edit.fields {
        place(&mut map, &change.field, change.to.clone());
    }
    for change in &edit.sets {
        let mut items = match map.remove(&change.field) {
            Some(serde_json::Value::Array(items)) => items,
            _ => Vec::new(),
        };
        items.retain(|item| !change.remove.contains(item) && !change.add.contains(item));
        items.extend(change.add.iter().cloned());
        map.insert(change.field.clone(), items.into());
    }
    serde_json::from_value(map.into()).ok()
}

/// Parses one phone a line.
pub fn phones_of(errors: Errors, field: &str, text: &str) -> Vec<Phone> {
    let lines = text.lines().map(clean).filter(|line| !line.is_empty());
    lines.filter_map(|line| errors.parsed(field, Phone::parse(&line))).collect()
}

/// Shows lines as a list and takes its changes back.
pub fn lines_as_list(lines: RwSignal<String>) -> RwSignal<Vec<String>> {
    let split = |lines: &str| lines.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let list = RwSignal::new(lines.with_untracked(|lines| split(lines)));
    Effect::new(move || {
        let wanted = lines.with(|lines| split(lines));
        if list.with_untracked(|list| *list != wanted) {
            list.set(wanted);
        }
    });
    Effect::new(move || {
        let joined = list.with(|list| list.join("\n"));
        if lines.with_untracked(|lines| *lines != joined) {
            lines.set(joined);
        }
    });
    list
}

/// Joins phones for [`Phones`], one a line.
pub fn phone_lines(phones: &[Phone]) -> String {
    phones.iter().map(Phone::as_str).collect::<Vec<_>>().join("\n")
}

/// Several phones, one field each; `value` holds one a line.
#[component]
pub fn Phones(value: RwSignal<String>, #[prop(into)] error: Signal<Option<String>>) -> impl IntoView {
    let count = Memo::new(move |_| value.with(|value| value.split('\n').count()));
    let label = TextProp::from(text(t::customers::phone));
    let add = Callback::new(move |()| value.update(|value| value.push('\n')));
    let full = move || value.with(|value| value.split('\n').all(|line| !line.trim().is_empty()));
    view! {
        <div class="phones">
            <For each=move || 0..count.get() key=|at| *at let:at>
                <PhoneLine value at label=label.clone() error=Signal::derive(move || error.get().filter(|_| value.with(|lines| at == wrong_line(lines))))/>
            </For>
            <Show when=full>
                <div>
                    <Button label=text(t::common::add_another) testid="phone-add" tone=Tone::Quiet icon=Icon::Plus on_press=add/>
                </div>
            </Show>
        </div>
    }
}

/// The line that an error belongs to: the first that is no phone, or else the first of all.
fn wrong_line(lines: &str) -> usize {
    let wrong = |line: &str| !line.trim().is_empty() && Phone::parse(line).is_err();
    lines.split('\n').position(wrong).unwrap_or_default()
}

#[component]
fn PhoneLine(
    value: RwSignal<String>,
    at: usize,
    label: TextProp,
    #[prop(into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let line = move || value.with(|value| value.split('\n').nth(at).unwrap_or_default().to_owned());
    let own = RwSignal::new(untrack(line));
    // The field and its line follow each other.
    Effect::new(move || {
        let line = line();
        if own.with_untracked(|own| *own != line) {
            own.set(line);
        }
    });
    Effect::new(move |before: Option<()>| {
        let typed = own.get().replace('\n', " ");
        if before.is_some() {
            let mut lines: Vec<String> = value.get_untracked().split('\n').map(str::to_owned).collect();
            if lines.get(at).is_some_and(|line| *line != typed) {
                lines[at] = typed;
                value.set(lines.join("\n"));
            }
        }
    });
    let name = if at == 0 { "phones" } else { "phones-more" };
    view! { <Input name label value=own kind=InputKind::Phone need=Need::Optional error/> }
}

/// Says that what was typed before is back, with a way to start again.
#[component]
pub fn DraftHint(draft: Draft) -> impl IntoView {
    let (title, again) = (text(t::common::draft_restored), text(t::common::draft_discard));
    move || {
        draft.restored.get().then(|| {
            view! {
                <Banner tone=BannerTone::Info title testid="draft-restored">
                    <Button label=again testid="draft-discard" on_press=Callback::new(move |()| draft.start_again())/>
                </Banner>
            }
        })
    }
}

/// The buttons below a form.
#[component]
pub fn FormButtons(#[prop(into)] busy: Signal<bool>, #[prop(into)] cancel: String) -> impl IntoView {
    view! {
        <div class="form-buttons">
            <Button label=text(t::common::save) testid="save" tone=Tone::Primary disabled=busy/>
            <crate::ui::button::ButtonLink href=cancel label=text(t::common::cancel) testid="cancel"/>
        </div>
    }
}
