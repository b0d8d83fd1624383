//! One stop of a day.

use domain::{
    kind::Kind,
    mutation::Action,
    refusal::Problem,
    value::clean,
    visit::{State, Visit, VisitCancel, VisitPlace},
};
use leptos::{prelude::*, text_prop::TextProp};

use crate::{
    data::{customer_key, moment, use_data},
    features::form::Errors,
    i18n::{Key, t},
    platform::{
        intl::{self, Style},
        time::spawn,
    },
    ui::{
        button::{Button, ButtonLink, IconButton, Tone},
        dialog::Dialog,
        field::Need,
        icon::Icon,
        input::{Input, InputKind},
        language::{text, use_locale},
        menu::{Menu, MenuItem},
        toast::use_toasts,
        unsent::UnsentMark,
    },
};

/// A visit with its place in the day.
#[component]
pub fn VisitRow(
    visit: Visit,
    number: usize,
    /// The open visits of the day in their order, among which it changes places.
    open: Vec<Visit>,
) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let unsent = data.unsent(Kind::Visit, visit.id);
    let customer = visit.customer;
    let name = data.customer_short(customer);
    let address = data.with(|store| store.shown(customer_key(customer)));
    let address = address.map(|shown| shown.summary.field(domain::summary::customer_field::ADDRESS).to_owned());
    let reason = match &visit.state {
        State::Cancelled { reason } => Some(reason.clone()),
        State::Planned | State::Made { .. } => None,
    };
    let sub = [Some(visit.purpose.clone()), reason, address].into_iter().flatten().filter(|text| !text.is_empty());
    let sub = sub.collect::<Vec<_>>().join(" · ");
    let pill = match &visit.state {
        State::Planned => None,
        State::Made { .. } => Some(("pill ok small", t::visits::state_made as Key)),
        State::Cancelled { .. } => Some(("pill small", t::visits::state_cancelled as Key)),
    };
    let pill = pill.map(|(class, words)| {
        view! { <span class=class data-testid="visit-state">{move || words(locale.get())}</span> }
    });
    let turn = |forward: bool, icon: Icon, label: Key, testid: &'static str| {
        let at = open.iter().position(|other| other.id == visit.id)?;
        let to = if forward { at + 1 } else { at.checked_sub(1)? };
        let mut turned = open.clone();
        turned.get(to)?;
        turned.swap(at, to);
        let press = Callback::new(move |_| {
            // Numbered anew: two devices, or two days, may have given one place twice.
            let places = (1..).zip(&turned).filter(|(order, visit)| visit.order != *order);
            let place = |(order, visit): (u32, &Visit)| {
                let action = Action::from(VisitPlace { id: visit.id, day: visit.day, order });
                (action, data.customer_name(visit.customer))
            };
            let actions = places.map(place).collect();
            spawn(async move {
                // A failure shows as a banner; the order stays as it is.
                drop(data.enter_all(actions, Vec::new()).await);
            });
        });
        Some(view! { <IconButton icon label=text(label) testid on_press=press/> })
    };
    let planned = visit.state == State::Planned;
    let here = planned && visit.day == data.today();
    let up = turn(false, Icon::ChevronUp, t::visits::up, "visit-up");
    let down = turn(true, Icon::ChevronDown, t::visits::down, "visit-down");
    let check_in = here.then(|| {
        let href = format!("/customers/{customer}/check-in?visit={}", visit.id);
        view! { <ButtonLink href label=text(t::visits::check_in) testid="visit-check-in" tone=Tone::Primary icon=Icon::MapPin/> }
    });
    let made = matches!(visit.state, State::Made { .. });
    view! {
        <div class="row visit-row" class:unsent=move || unsent.get() data-testid="visit">
            <span class="visit-number figures" aria-hidden="true">{number}</span>
            <div class="row-main">
                <div class="row-title">
                    <a class="plain one-line" href=format!("/customers/{customer}") data-testid="visit-customer">{name}</a>
                    {pill}
                    <UnsentMark unsent/>
                </div>
                <div class="row-sub one-line">{sub}</div>
            </div>
            <div class="row-actions">
                {check_in}
                {up}
                {down}
                {(!made).then(|| view! { <VisitMenu visit/> })}
            </div>
        </div>
    }
}

/// To another day, out of the plan, and back.
#[component]
fn VisitMenu(visit: Visit) -> impl IntoView {
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
    let (id, customer, planned_on) = (visit.id, visit.customer, visit.day);
    let (moving, cancelling, errors) = (RwSignal::new(false), RwSignal::new(false), Errors::new());
    let (day, reason) = (RwSignal::new(planned_on.to_string()), RwSignal::new(String::new()));
    let about = move || data.customer_name(customer);
    let to = move |to: chrono::NaiveDate| {
        spawn(async move {
            // Behind what is planned there.
            let order = data.place_behind(to).await;
            if data.enter(VisitPlace { id, day: to, order }, &about()).await.is_ok() {
                toasts.show(move || {
                    let when = intl::plain_date(locale.get(), &to.to_string(), Style::DayOfYear);
                    t::visits::moved(locale.get(), &when)
                });
            }
        });
    };
    let cancel =
        move |reason: Option<String>| async move { data.enter(VisitCancel { id, reason }, &about()).await.is_ok() };
    let item = |label: Key, icon: Icon, testid: &'static str, danger: bool, run: Callback<()>| MenuItem {
        label: TextProp::from(text(label)),
        icon,
        testid,
        danger,
        run,
    };
    let items = if visit.state == State::Planned {
        let next = Callback::new(move |()| to(moment::after(planned_on, 1)));
        vec![
            item(t::visits::move_tomorrow, Icon::CalendarClock, "visit-tomorrow", false, next),
            item(t::visits::move_date, Icon::Calendar, "visit-date", false, Callback::new(move |()| moving.set(true))),
            item(t::visits::cancel, Icon::X, "visit-cancel", true, Callback::new(move |()| cancelling.set(true))),
        ]
    } else {
        let back = Callback::new(move |()| {
            spawn(async move {
                cancel(None).await;
            });
        });
        vec![item(t::visits::put_back, Icon::Undo, "visit-put-back", false, back)]
    };
    let chosen = Callback::new(move |()| {
        errors.clear();
        let chosen = day.with_untracked(|day| day.parse()).map_err(|_| Problem::Required);
        match errors.parsed("visit_day", chosen) {
            Some(chosen) => {
                moving.set(false);
                to(chosen);
            }
            None => errors.show_first(),
        }
    });
    let cancelled = text(t::visits::cancelled);
    let give_up = Callback::new(move |()| {
        let why = reason.with_untracked(|reason| clean(reason));
        errors.clear();
        if let Err(error) = domain::value::length("reason", &why, VisitCancel::REASON_MOST) {
            errors.field(error);
            return errors.show_first();
        }
        cancelling.set(false);
        spawn(async move {
            if cancel(Some(why)).await {
                let undo = Callback::new(move |()| {
                    spawn(async move {
                        cancel(None).await;
                    });
                });
                toasts.show_with_undo(cancelled, undo);
            }
        });
    });
    let (move_title, cancel_title) = (text(t::visits::move_date), text(t::visits::cancel));
    let (day_label, why, hint) = (text(t::visits::day), text(t::visits::cancel_why), text(t::visits::cancel_hint));
    view! {
        <Menu label=text(t::visits::more) testid="visit-menu" items/>
        <Dialog open=moving title=move_title testid="visit-move-dialog">
            <Input name="visit_day" label=day_label value=day kind=InputKind::Date need=Need::Required error=errors.of("visit_day")/>
            <div class="button-row end">
                <Button label=move_title testid="visit-move" tone=Tone::Primary on_press=chosen/>
            </div>
        </Dialog>
        <Dialog open=cancelling title=cancel_title testid="visit-cancel-dialog">
            <Input name="reason" label=why value=reason hint=hint error=errors.of("reason")/>
            <div class="button-row end">
                <Button label=cancel_title testid="visit-cancel-yes" tone=Tone::Danger on_press=give_up/>
            </div>
        </Dialog>
    }
}
