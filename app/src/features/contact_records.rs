//! Writing a contact down, with what comes next in the same step.

use chrono::NaiveDate;
use domain::{
    contact::{Contact, ContactId},
    contact_record::{Channel, ContactRecord, ContactRecordAdd, MINUTES_MOST},
    customer::{Customer, CustomerId},
    kind::{Kind, RecordKey},
    mutation::Action,
    next_action::{NextAction, NextActionId},
    own::Unknown,
    record::Record as _,
    refusal::Problem,
    value::clean,
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_navigate;
use sync::device::Pending;
use uuid::Uuid;

use super::{
    attachments::choose::AttachField,
    customers::{NotOnDevice, use_customer_id},
    entry_form::{EntryForm, Said},
    form::{DraftHint, Errors, Fault, FormButtons, use_correction},
    next_actions::DueField,
    own_fields::{OwnGroup, OwnInputs},
};
use crate::{
    data::{
        Data, customer_key, live, moment,
        reached::{Reached, use_reached},
        use_data,
    },
    i18n::{Key, fields::channel_name, t},
    layout::page::PageHeader,
    platform::intl::{self, Style},
    ui::{
        field::Need,
        input::{Input, InputKind},
        language::{text, use_locale},
        segmented::{Segment, Segmented},
        text_area::TextArea,
        toast::use_toasts,
    },
};

/// The customer, the people there, and what is still to be done.
type Surroundings = (Customer, Vec<Contact>, Vec<NextAction>);

/// The results that are written most; any other can be typed.
const RESULTS: [(Key, &str); 6] = [
    (t::contact_records::result_reached, "result-reached"),
    (t::contact_records::result_no_answer, "result-no-answer"),
    (t::contact_records::result_interested, "result-interested"),
    (t::contact_records::result_not_interested, "result-not-interested"),
    (t::contact_records::result_follow_up, "result-follow-up"),
    (t::contact_records::result_ordered, "result-ordered"),
];

/// A new contact record, or a refused one to correct.
#[component]
pub fn ContactRecordPage() -> impl IntoView {
    let (data, id) = (use_data(), use_customer_id());
    let correction = use_correction(data);
    let loaded = live(move || {
        let id = id.get();
        async move {
            let customer: Customer = data.get(id?).await?;
            let key = customer_key(customer.id);
            let mut contacts: Vec<Contact> = data.children(key).await;
            contacts.retain(|contact| !contact.deleted());
            let mut actions: Vec<NextAction> = data.children(key).await;
            actions.retain(|action| !action.deleted() && action.done.is_none());
            Some((customer, contacts, actions))
        }
    });
    // The form is drawn once: what comes meanwhile must not take away what is being typed.
    let first = Memo::new(move |before: Option<&Option<Option<Surroundings>>>| match before {
        Some(Some(Some(kept))) if id.get() == Some(kept.0.id) => Some(Some(kept.clone())),
        _ => loaded.get(),
    });
    let back = id.get_untracked().map(|id| format!("/customers/{id}")).unwrap_or_default();
    view! {
        <div class="page" data-testid="record-page">
            <PageHeader title=text(t::contact_records::new) back=back/>
            <div class="page-body">
                {move || match first.get() {
                    None => ().into_any(),
                    Some(None) => view! { <NotOnDevice/> }.into_any(),
                    Some(Some((customer, contacts, actions))) => {
                        view! { <RecordForm customer contacts actions correction=correction.clone()/> }.into_any()
                    }
                }}
            </div>
        </div>
    }
}

/// The form's fields; lists are ids with blanks between them.
#[derive(Clone, Copy)]
struct RecordFields {
    channel: RwSignal<String>,
    happened_at: RwSignal<String>,
    minutes: RwSignal<String>,
    met: RwSignal<String>,
    result: RwSignal<String>,
    text: RwSignal<String>,
    finishes: RwSignal<String>,
    what: RwSignal<String>,
    due: RwSignal<String>,
}

impl RecordFields {
    /// Begins with a refused record, or with the contact that has just been made from here.
    fn of(add: Option<&ContactRecordAdd>, reached: Option<&Reached>, now: i64) -> Self {
        let field = |text: String| RwSignal::new(text);
        let record = add.map(|add| &add.record);
        let reached = reached.filter(|_| add.is_none());
        let channel = record.map(|record| record.channel).or(reached.map(|reached| reached.channel));
        let at = record.map(|record| record.happened_at).or(reached.map(|reached| reached.at));
        let minutes = record.map_or_else(|| reached.and_then(Reached::minutes), |record| record.minutes);
        let met = record.map_or_else(
            || reached.and_then(|reached| reached.contact).into_iter().collect(),
            |record| record.met.clone(),
        );
        let next = add.and_then(|add| add.next.as_ref());
        Self {
            channel: field(channel.unwrap_or_default().name().to_owned()),
            happened_at: field(moment::local_field(at.unwrap_or(now))),
            minutes: field(minutes.map(|minutes| minutes.to_string()).unwrap_or_default()),
            met: field(joined(&met)),
            result: field(record.map(|record| record.result.clone()).unwrap_or_default()),
            text: field(record.map(|record| record.text.clone()).unwrap_or_default()),
            finishes: field(add.map(|add| joined(&add.finishes)).unwrap_or_default()),
            what: field(next.map(|next| next.what.clone()).unwrap_or_default()),
            due: field(next.map(|next| next.due.to_string()).unwrap_or_default()),
        }
    }

    fn named(self) -> Vec<(&'static str, RwSignal<String>)> {
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
        ]
    }
}

fn joined<T: ToString>(ids: &[T]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn ids<T: From<Uuid>>(text: &str) -> Vec<T> {
    text.split(' ').filter_map(|id| Uuid::try_parse(id).ok()).map(T::from).collect()
}

fn channel_of(name: &str) -> Channel {
    Channel::ALL.into_iter().find(|channel| channel.name() == name).unwrap_or_default()
}

#[component]
fn RecordForm(
    customer: Customer,
    contacts: Vec<Contact>,
    actions: Vec<NextAction>,
    correction: Option<Pending>,
) -> impl IntoView {
    let (data, toasts, navigate, locale) = (use_data(), use_toasts(), use_navigate(), use_locale());
    let refused = correction.as_ref().and_then(|pending| match pending.action() {
        Some(Action::ContactRecordAdd(add)) => Some(add),
        _ => None,
    });
    let last = use_reached();
    let fields = RecordFields::of(refused.as_ref(), last.with_customer(customer.id).as_ref(), data.now());
    let own =
        OwnInputs::of(Kind::ContactRecord, &refused.as_ref().map(|add| add.record.own.clone()).unwrap_or_default());
    let id = customer.id;
    let named = fields.named().into_iter().chain([own.named()]).collect();
    let form = EntryForm::follow(data, format!("record/{id}"), named, correction.as_ref());
    let errors = form.errors;
    let saved = text(t::contact_records::saved);
    let about = customer.name.clone();
    let submit = move |event: SubmitEvent| {
        let read = |errors| {
            let add = read(fields, own, data, id, refused.as_ref(), errors)?;
            let record = RecordKey::new(Kind::ContactRecord, add.record.id.uuid());
            Some(Said { actions: vec![add.into()], about: about.clone(), attach_to: Some((id, record)) })
        };
        // A next action is there wherever its day is.
        let due: Option<NaiveDate> = fields.due.with_untracked(|due| due.parse().ok());
        let navigate = navigate.clone();
        form.submit(&event, read, move || {
            if last.with_customer(id).is_some() {
                last.forget();
            }
            match due {
                Some(due) => toasts.show(move || {
                    let when = intl::plain_date(locale.get(), &due.to_string(), Style::DayOfYear);
                    t::contact_records::saved_with_next(locale.get(), &when)
                }),
                None => toasts.show(saved),
            }
            navigate(&format!("/customers/{id}"), Default::default());
        });
    };
    let channels = Channel::ALL
        .into_iter()
        .map(|channel| Segment {
            value: channel,
            label: text(channel_name(channel)).into(),
            testid: match channel {
                Channel::Phone => "channel-phone",
                Channel::Email => "channel-email",
                Channel::Im => "channel-im",
                Channel::Visit => "channel-visit",
                Channel::Other => "channel-other",
            },
        })
        .collect();
    let channel = Signal::derive(move || fields.channel.with(|name| channel_of(name)));
    let choose = Callback::new(move |channel: Channel| fields.channel.set(channel.name().to_owned()));
    let results = RESULTS
        .map(|(key, testid)| {
            let words = text(key);
            view! {
                <button
                    type="button"
                    class="chip"
                    data-testid=testid
                    aria-pressed=move || (fields.result.get() == words()).to_string()
                    on:click=move |_| fields.result.set(words().to_owned())
                >
                    {words}
                </button>
            }
        })
        .collect_view();
    let people: Vec<(Uuid, String)> = contacts.into_iter().map(|contact| (contact.id.uuid(), contact.name)).collect();
    let open: Vec<(Uuid, String)> = actions.into_iter().map(|action| (action.id.uuid(), action.what)).collect();
    view! {
        <form class="form column" on:submit=submit novalidate>
            <DraftHint draft=form.draft/>
            <p class="muted" data-testid="record-customer">{customer.name}</p>
            <Segmented label=text(t::contact_records::channel) value=channel on_choose=choose segments=channels/>
            <div class="form-pair">
                <Input name="happened_at" label=text(t::contact_records::happened_at) value=fields.happened_at
                    kind=InputKind::DateTime need=Need::Required error=errors.of("happened_at")/>
                <Input name="minutes" label=text(t::contact_records::minutes) value=fields.minutes kind=InputKind::Number error=errors.of("minutes")/>
            </div>
            <Checks label=text(t::contact_records::met) testid="met" value=fields.met choices=people/>
            <div class="stack">
                <Input name="result" label=text(t::contact_records::result) value=fields.result error=errors.of("result")/>
                <div class="chips">{results}</div>
            </div>
            <TextArea name="text" label=text(t::contact_records::text) value=fields.text
                hint=text(t::contact_records::text_hint) error=errors.of("text")/>
            <OwnGroup own errors new=true/>
            <AttachField choice=form.attached/>
            <Checks label=text(t::next_actions::done) testid="finishes" value=fields.finishes choices=open/>
            <fieldset class="card padded form">
                <legend>{text(t::contact_records::with_next)}</legend>
                <Input name="what" label=text(t::next_actions::what) value=fields.what
                    hint=text(t::next_actions::what_hint) error=errors.of("what")/>
                <DueField value=fields.due error=errors.of("due")/>
            </fieldset>
            <FormButtons busy=form.busy cancel=format!("/customers/{id}")/>
        </form>
    }
}

/// Boxes to tick; `value` holds the ids of those that are.
#[component]
fn Checks(
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

/// Reads the form, or notes what is wrong. A correction keeps the ids that it had.
fn read(
    fields: RecordFields,
    own: OwnInputs,
    data: Data,
    customer: CustomerId,
    refused: Option<&ContactRecordAdd>,
    errors: Errors,
) -> Option<ContactRecordAdd> {
    let text = |field: RwSignal<String>| field.with_untracked(|text| clean(text));
    let happened = moment::from_local_field(&text(fields.happened_at));
    match happened {
        None => errors.set("happened_at", Fault::Problem(Problem::NotADate)),
        // A minute of grace: the field has no seconds.
        Some(at) if at > data.now() + 60_000 => errors.set("happened_at", Fault::Words(t::contact_records::in_future)),
        Some(_) => {}
    }
    let record = ContactRecord {
        id: refused.map_or_else(|| data.fresh(), |add| add.record.id),
        customer,
        channel: channel_of(&text(fields.channel)),
        happened_at: happened.unwrap_or_default(),
        minutes: errors.parsed_if_any("minutes", fields.minutes, minutes_of),
        met: fields.met.with_untracked(|met| ids::<ContactId>(met)),
        result: text(fields.result),
        text: text(fields.text),
        author: data.user(),
        late: false,
        written_to: None,
        deleted_at: None,
        own: own.read(&refused.map(|add| add.record.own.clone()).unwrap_or_default(), errors),
        unknown: Unknown::new(),
    };
    if let Err(error) = record.validate() {
        errors.field(error);
    }
    let (what, due) = (text(fields.what), text(fields.due));
    let mut next = None;
    if !what.is_empty() || !due.is_empty() {
        let due = due.parse().map_err(|_| Problem::Required);
        if let Some(due) = errors.parsed("due", due) {
            let action = NextAction {
                id: refused.and_then(|add| add.next.as_ref()).map_or_else(|| data.fresh(), |next| next.id),
                customer,
                contact: record.met.first().copied(),
                due,
                time: None,
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
    let finishes = fields.finishes.with_untracked(|finishes| ids::<NextActionId>(finishes));
    (!errors.any()).then_some(ContactRecordAdd { record, finishes, next })
}
