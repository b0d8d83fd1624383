//! Whom to congratulate in the next days.

use domain::{
    agenda::Congratulate,
    kind::{Kind, RecordKey},
    summary::contact_field,
    value::Phone,
};
use leptos::prelude::*;

use crate::{
    data::use_data,
    features::{
        next_actions::distance,
        reach::{Way, Ways, Whom},
    },
    i18n::t,
    ui::{
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
    },
};

/// The birthdays that are near, each with what one does about it.
#[component]
pub fn Birthdays(birthdays: Vec<Congratulate>) -> impl IntoView {
    let locale = use_locale();
    let count = birthdays.len() as u64;
    let title = text(t::today::birthdays);
    (count > 0).then(|| {
        view! {
            <section data-testid="today-birthdays">
                <div class="section-head">
                    <h2>{title}</h2>
                    <span class="count">{move || t::today::people(locale.get(), count)}</span>
                </div>
                <div class="card">
                    {birthdays.into_iter().map(|birthday| view! { <BirthdayRow birthday/> }).collect_view()}
                </div>
            </section>
        }
    })
}

#[component]
fn BirthdayRow(birthday: Congratulate) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let Congratulate { day, contact, customer } = birthday;
    let facts = Memo::new(move |_| {
        data.version.track();
        let shown = data.with(|store| store.shown(RecordKey::new(Kind::Contact, contact)));
        let field = |place| shown.as_ref().map(|shown| shown.summary.field(place).to_owned()).unwrap_or_default();
        [contact_field::NAME, contact_field::TITLE, contact_field::PHONE].map(field)
    });
    let name = move || facts.with(|[name, ..]| name.clone());
    let sub = move || {
        data.version.track();
        let title = facts.with(|[_, title, _]| title.clone());
        let parts = [data.customer_short(customer.into()), title];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    };
    let when = move || {
        let (words, class) = distance(locale.get(), day, data.today());
        view! { <span class=class data-testid="birthday-day">{words}</span> }
    };
    let call = move || {
        let digits = facts.with(|[.., phone]| Phone::parse(phone).ok().map(|phone| phone.digits()))?;
        let whom = Whom { customer: customer.into(), contact: Some(contact.into()), name: name() };
        Some(view! { <Ways whom ways=vec![Way::Call(digits)]/> })
    };
    let record = text(t::contact_records::new);
    view! {
        <div class="row" data-testid="birthday">
            <a class="row-main plain" href=format!("/customers/{customer}")>
                <div class="row-title">
                    <span class="one-line">{name}</span>
                    {when}
                </div>
                <div class="row-sub one-line">{sub}</div>
            </a>
            <div class="row-actions">
                {call}
                <a class="button only-icon" href=format!("/customers/{customer}/record") data-testid="birthday-record" aria-label=record title=record>
                    <Picture icon=Icon::NotebookPen/>
                </a>
            </div>
        </div>
    }
}
