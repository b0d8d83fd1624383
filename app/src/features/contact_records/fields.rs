//! The fields of a contact record's form, and how they are read.

use domain::{
    contact::ContactId,
    contact_record::{Channel, ContactRecord, ContactRecordAdd, MINUTES_MOST},
    customer::CustomerId,
    next_action::{NextAction, NextActionId},
    own::{OwnFields, Unknown},
    record::Record as _,
    refusal::Problem,
    value::{TimeOfDay, clean},
};
use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    data::{Data, moment, reached::Reached},
    features::{
        form::{Errors, Fault},
        own_fields::OwnInputs,
    },
    i18n::t,
};

/// The form's fields; lists are ids with blanks between them.
#[derive(Clone, Copy)]
pub struct RecordFields {
    pub channel: RwSignal<String>,
    pub happened_at: RwSignal<String>,
    pub minutes: RwSignal<String>,
    pub met: RwSignal<String>,
    pub result: RwSignal<String>,
    pub text: RwSignal<String>,
    pub finishes: RwSignal<String>,
    pub what: RwSignal<String>,
    pub due: RwSignal<String>,
    pub time: RwSignal<String>,
}

impl RecordFields {
    /// Begins with nothing but the time, or with the contact that has just been made from here.
    pub fn new(reached: Option<&Reached>, now: i64) -> Self {
        let field = |text: String| RwSignal::new(text);
        let channel = reached.map(|reached| reached.channel).unwrap_or_default();
        let minutes = reached.and_then(Reached::minutes);
        let met: Vec<ContactId> = reached.and_then(|reached| reached.contact).into_iter().collect();
        let none = || RwSignal::new(String::new());
        Self {
            channel: field(channel.name().to_owned()),
            happened_at: field(moment::local_field(reached.map_or(now, |reached| reached.at))),
            minutes: field(minutes.map(|minutes| minutes.to_string()).unwrap_or_default()),
            met: field(joined(&met)),
            result: none(),
            text: none(),
            finishes: none(),
            what: none(),
            due: none(),
            time: none(),
        }
    }

    /// Begins with a record that is there.
    pub fn of(record: &ContactRecord) -> Self {
        let fields = Self::new(None, record.happened_at);
        fields.channel.set(record.channel.name().to_owned());
        fields.minutes.set(record.minutes.map(|minutes| minutes.to_string()).unwrap_or_default());
        fields.met.set(joined(&record.met));
        fields.result.set(record.result.clone());
        fields.text.set(record.text.clone());
        fields
    }

    /// Begins with a refused entry.
    pub fn of_entry(add: &ContactRecordAdd) -> Self {
        let fields = Self::of(&add.record);
        fields.finishes.set(joined(&add.finishes));
        fields.what.set(add.next.as_ref().map(|next| next.what.clone()).unwrap_or_default());
        fields.due.set(add.next.as_ref().map(|next| next.due.to_string()).unwrap_or_default());
        let time = add.next.as_ref().and_then(|next| next.time);
        fields.time.set(time.map(|time| time.to_string()).unwrap_or_default());
        fields
    }

    /// Returns the fields of the record with their names, and those of what comes next.
    pub fn named(self) -> Vec<(&'static str, RwSignal<String>)> {
        vec![
            ("channel", self.channel),
            ("happened_at", self.happened_at),
            ("minutes", self.minutes),
            ("met", self.met),
            ("result", self.result),
            ("text", self.text),
            ("finishes", self.finishes),
            ("what", self.what),
            ("due", self.due),
            ("time", self.time),
        ]
    }
}

fn joined<T: ToString>(ids: &[T]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn ids<T: From<Uuid>>(text: &str) -> Vec<T> {
    text.split(' ').filter_map(|id| Uuid::try_parse(id).ok()).map(T::from).collect()
}

pub fn channel_of(name: &str) -> Channel {
    Channel::ALL.into_iter().find(|channel| channel.name() == name).unwrap_or_default()
}

/// Boxes to tick; `value` holds the ids of those that are.
#[component]
pub fn Checks(
    label: impl Fn() -> &'static str + Send + Sync + 'static,
    testid: &'static str,
    value: RwSignal<String>,
    choices: Vec<(Uuid, String)>,
) -> impl IntoView {
    (!choices.is_empty()).then(|| {
        let boxes = choices
            .into_iter()
            .map(|(id, name)| {
                let ticked = move || value.with(|value| ids::<Uuid>(value).contains(&id));
                let toggle = move |_| {
                    let mut chosen: Vec<Uuid> = value.with_untracked(|value| ids(value));
                    if chosen.contains(&id) {
                        chosen.retain(|other| *other != id);
                    } else {
                        chosen.push(id);
                    }
                    value.set(joined(&chosen));
                };
                view! {
                    <label class="check">
                        <input type="checkbox" data-testid=testid prop:checked=ticked on:change=toggle/>
                        <span>{name}</span>
                    </label>
                }
            })
            .collect_view();
        view! {
            <fieldset class="field">
                <legend class="field-label">{label}</legend>
                <div class="checks">{boxes}</div>
            </fieldset>
        }
    })
}

fn minutes_of(text: &str) -> Result<u16, Problem> {
    text.parse().map_err(|_| Problem::NotANumber { least: 0, most: MINUTES_MOST.into() })
}

impl RecordFields {
    /// Reads the record, or notes what is wrong; what the form does not show stays as in `base`.
    pub fn record(self, base: &ContactRecord, own: OwnInputs, data: Data, errors: Errors) -> ContactRecord {
        errors.clear();
        let shown = text_of(self.happened_at);
        // The field has no seconds: one that was left alone says the time that it was made from.
        let same = moment::local_field(base.happened_at) == shown;
        let happened = if same { Some(base.happened_at) } else { moment::from_local_field(&shown) };
        match happened {
            None => errors.set("happened_at", Fault::Problem(Problem::NotADate)),
            // A minute of grace, for the same reason.
            Some(at) if !same && at > data.now() + 60_000 => {
                errors.set("happened_at", Fault::Words(t::contact_records::in_future));
            }
            Some(_) => {}
        }
        let record = ContactRecord {
            channel: channel_of(&text_of(self.channel)),
            happened_at: happened.unwrap_or_default(),
            minutes: errors.parsed_if_any("minutes", self.minutes, minutes_of),
            met: self.met.with_untracked(|met| ids::<ContactId>(met)),
            result: text_of(self.result),
            text: text_of(self.text),
            own: own.read(&base.own, errors),
            ..base.clone()
        };
        if let Err(error) = record.validate() {
            errors.field(error);
        }
        record
    }

    /// Reads a new entry, or notes what is wrong. A correction keeps the ids that it had.
    pub fn entry(
        self,
        base: &ContactRecord,
        own: OwnInputs,
        data: Data,
        refused: Option<&ContactRecordAdd>,
        errors: Errors,
    ) -> Option<ContactRecordAdd> {
        let record = self.record(base, own, data, errors);
        let (what, due) = (text_of(self.what), text_of(self.due));
        let mut next = None;
        let time = errors.parsed_if_any("time", self.time, TimeOfDay::parse);
        if !what.is_empty() || !due.is_empty() || time.is_some() {
            let due = due.parse().map_err(|_| Problem::Required);
            if let Some(due) = errors.parsed("due", due) {
                let action = NextAction {
                    id: refused.and_then(|add| add.next.as_ref()).map_or_else(|| data.fresh(), |next| next.id),
                    customer: record.customer,
                    contact: record.met.first().copied(),
                    due,
                    time,
                    what,
                    assignee: data.user(),
                    done: None,
                    deleted_at: None,
                    unknown: Unknown::new(),
                };
                if let Err(error) = action.validate() {
                    errors.field(error);
                }
                next = Some(action);
            }
        }
        let finishes = self.finishes.with_untracked(|finishes| ids::<NextActionId>(finishes));
        (!errors.any()).then_some(ContactRecordAdd { record, finishes, next })
    }
}

/// Returns a record in which nothing is written yet.
pub fn blank(data: Data, customer: CustomerId) -> ContactRecord {
    ContactRecord {
        id: data.fresh(),
        customer,
        channel: Channel::default(),
        happened_at: data.now(),
        minutes: None,
        met: Vec::new(),
        result: String::new(),
        text: String::new(),
        check_in: None,
        left_at: None,
        author: data.user(),
        late: false,
        written_to: None,
        deleted_at: None,
        own: OwnFields::new(),
        unknown: Unknown::new(),
    }
}

fn text_of(field: RwSignal<String>) -> String {
    field.with_untracked(|text| clean(text))
}
