//! The form of a contact record: a new one with what comes next in the same step, or one that is there.

use domain::{
    contact::Contact,
    contact_record::{Channel, ContactRecord, ContactRecordAdd, ContactRecordEdit},
    customer::Customer,
    edit::Edit,
    kind::{Kind, RecordKey},
    mutation::Action,
    next_action::NextAction,
    refusal::Problem,
    visit::VisitCheckOut,
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_navigate;
use uuid::Uuid;

use super::fields::{Checks, RecordFields, blank, channel_of};
use crate::{
    data::{draft::Draft, moment, reached::use_reached, use_data},
    features::{
        attachments::{
            choose::{AttachField, Chosen},
            picked::adding,
        },
        form::{DraftHint, Errors, Fault, FormButtons},
        next_actions::DueField,
        own_fields::{OwnGroup, OwnInputs},
    },
    i18n::{Key, fields::channel_name, t},
    platform::{
        intl::{self, Style},
        time::spawn,
        zone,
    },
    ui::{
        button::{Button, ButtonLink, Tone},
        field::Need,
        icon::Icon,
        input::{Input, InputKind},
        language::{text, use_locale},
        segmented::{Segment, Segmented},
        text_area::TextArea,
        toast::use_toasts,
    },
};

/// The results that are written most; any other can be typed.
const RESULTS: [(Key, &str); 6] = [
    (t::contact_records::result_reached, "result-reached"),
    (t::contact_records::result_no_answer, "result-no-answer"),
    (t::contact_records::result_interested, "result-interested"),
    (t::contact_records::result_not_interested, "result-not-interested"),
    (t::contact_records::result_follow_up, "result-follow-up"),
    (t::contact_records::result_ordered, "result-ordered"),
];

/// What the form begins with.
#[derive(Clone, Debug, PartialEq)]
pub enum Begin {
    /// Nothing yet.
    New,
    /// A refused new record.
    Refused(Box<ContactRecordAdd>),
    /// A record that is there, and as a refused edit wanted it.
    Standing { before: Box<ContactRecord>, shown: Box<ContactRecord> },
    /// A visit whose author is about to leave.
    Leaving(Box<ContactRecord>),
}

/// The form. What is to be done next is asked for with a new record, and at the end of a visit.
#[component]
pub fn RecordForm(
    customer: Customer,
    contacts: Vec<Contact>,
    actions: Vec<NextAction>,
    begin: Begin,
    /// The entry that it takes the place of.
    instead: Option<Uuid>,
) -> impl IntoView {
    let (data, toasts, navigate, locale) = (use_data(), use_toasts(), use_navigate(), use_locale());
    let last = use_reached();
    let id = customer.id;
    let (refused, before) = match &begin {
        Begin::New => (None, None),
        Begin::Refused(add) => (Some((**add).clone()), None),
        Begin::Standing { before, .. } | Begin::Leaving(before) => (None, Some((**before).clone())),
    };
    let leaving = matches!(begin, Begin::Leaving(_));
    let (fields, base) = match begin {
        Begin::New => (RecordFields::new(last.with_customer(id).as_ref(), data.now()), blank(data, id)),
        Begin::Refused(add) => (RecordFields::of_entry(&add), ContactRecord { customer: id, ..add.record }),
        Begin::Standing { shown, .. } | Begin::Leaving(shown) => (RecordFields::of(&shown), *shown),
    };
    // Whoever forgot to leave says when it was, later.
    let began = base.check_in.as_ref().map(|check_in| check_in.at);
    let forgotten = leaving && began.is_some_and(|at| zone::day(at) < data.today());
    let left = RwSignal::new(if forgotten { String::new() } else { moment::local_field(data.now()) });
    let own = OwnInputs::of(Kind::ContactRecord, &base.own);
    let errors = Errors::new();
    let new = before.is_none();
    let name = match (instead, &before) {
        (Some(entry), _) => format!("correction/{entry}"),
        (None, Some(before)) => format!("record/{id}/{}", before.id),
        (None, None) => format!("record/{id}"),
    };
    let draft = Draft::follow(data, name, fields.named().into_iter().chain([own.named()]).collect());
    let (busy, choice) = (RwSignal::new(false), Chosen::new());
    let (saved, changed) = (text(t::contact_records::saved), text(t::common::saved_on_device));
    let (gone, check_out) = (text(t::visits::checked_out), text(t::visits::check_out));
    let about = customer.name.clone();
    let on = RecordKey::new(Kind::ContactRecord, base.id.uuid());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (entered, due) = match &before {
            None => {
                let Some(add) = fields.entry(&base, own, data, refused.as_ref(), errors) else {
                    return errors.show_first();
                };
                let due = add.next.as_ref().map(|next| next.due);
                (vec![Action::from(add)], due)
            }
            Some(before) if leaving => {
                let Some(add) = fields.entry(&base, own, data, None, errors) else { return errors.show_first() };
                let Ok(edit) = Edit::between(before, &add.record) else { return };
                let edit = (!edit.is_empty()).then(|| Action::from(ContactRecordEdit(edit)));
                let due = add.next.as_ref().map(|next| next.due);
                let (record, now) = (before.id, data.now());
                let left_at =
                    if forgotten { left.with_untracked(|text| moment::from_local_field(text)) } else { Some(now) };
                let Some(left_at) = left_at.filter(|at| *at <= now && began.is_none_or(|began| began <= *at)) else {
                    errors.set("left_at", Fault::Problem(Problem::NotADate));
                    return errors.show_first();
                };
                let out = VisitCheckOut { record, left_at, finishes: add.finishes, next: add.next };
                (edit.into_iter().chain([out.into()]).collect(), due)
            }
            Some(before) => {
                let record = fields.record(&base, own, data, errors);
                if errors.any() {
                    return errors.show_first();
                }
                let Ok(edit) = Edit::between(before, &record) else { return };
                let edit = (instead.is_some() || !edit.is_empty()).then(|| Action::from(ContactRecordEdit(edit)));
                (edit.into_iter().collect(), None)
            }
        };
        if busy.get_untracked() || choice.busy().get_untracked() {
            return;
        }
        busy.set(true);
        let (about, navigate) = (about.clone(), navigate.clone());
        spawn(async move {
            let (actions, originals) = adding(data, entered, choice.picked(), id, on);
            let done = actions.is_empty() || data.enter_with(actions, &about, originals, instead).await.is_ok();
            busy.try_set(false);
            if done {
                draft.clear().await;
                if new && last.with_customer(id).is_some() {
                    last.forget();
                }
                match due {
                    Some(due) => toasts.show(move || {
                        let when = intl::plain_date(locale.get(), &due.to_string(), Style::DayOfYear);
                        t::contact_records::saved_with_next(locale.get(), &when)
                    }),
                    None if leaving => toasts.show(gone),
                    None if new => toasts.show(saved),
                    None => toasts.show(changed),
                }
                let claimed = data.claimed_name(id.uuid()).is_some();
                let place = match (leaving, claimed) {
                    (true, _) => "/visits".to_owned(),
                    (false, true) => "/pools".to_owned(),
                    (false, false) => format!("/customers/{id}"),
                };
                navigate(&place, Default::default());
            }
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
    let next = (new || leaving).then(|| {
        view! {
            <Checks label=text(t::next_actions::done) testid="finishes" value=fields.finishes choices=open/>
            <fieldset class="card padded form">
                <legend>{text(t::contact_records::with_next)}</legend>
                <Input name="what" label=text(t::next_actions::what) value=fields.what
                    hint=text(t::next_actions::what_hint) error=errors.of("what")/>
                <DueField value=fields.due error=errors.of("due") time=fields.time time_error=errors.of("time")/>
            </fieldset>
        }
    });
    let late = forgotten.then(|| {
        view! {
            <Input name="left_at" label=text(t::visits::left_at) value=left kind=InputKind::DateTime need=Need::Required
                hint=text(t::visits::left_hint) error=errors.of("left_at")/>
        }
    });
    // How and when a visit began was said at the door.
    let how = (!leaving).then(|| {
        view! {
            <Segmented label=text(t::contact_records::channel) value=channel on_choose=choose segments=channels/>
            <div class="form-pair">
                <Input name="happened_at" label=text(t::contact_records::happened_at) value=fields.happened_at
                    kind=InputKind::DateTime need=Need::Required error=errors.of("happened_at")/>
                <Input name="minutes" label=text(t::contact_records::minutes) value=fields.minutes kind=InputKind::Number error=errors.of("minutes")/>
            </div>
        }
    });
    let waits = Signal::derive(move || busy.get() || choice.busy().get());
    view! {
        <form class="form column" on:submit=submit novalidate>
            <DraftHint draft/>
            <p class="muted" data-testid="record-customer">{customer.name}</p>
            {how}
            {late}
            <Checks label=text(t::contact_records::met) testid="met" value=fields.met choices=people/>
            <div class="stack">
                <Input name="result" label=text(t::contact_records::result) value=fields.result error=errors.of("result")/>
                <div class="chips">{results}</div>
            </div>
            <TextArea name="text" label=text(t::contact_records::text) value=fields.text
                hint=text(t::contact_records::text_hint) error=errors.of("text")/>
            <OwnGroup own errors new/>
            <AttachField choice/>
            {next}
            {if leaving {
                view! {
                    <div class="form-buttons">
                        <Button label=check_out testid="check-out" tone=Tone::Primary icon=Icon::LogOut disabled=waits/>
                        <ButtonLink href=format!("/customers/{id}") label=text(t::common::cancel) testid="cancel"/>
                    </div>
                }
                .into_any()
            } else {
                view! { <FormButtons busy=waits cancel=format!("/customers/{id}")/> }.into_any()
            }}
        </form>
    }
}
