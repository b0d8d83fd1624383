//! A next action's menu: to another day, or into the calendar of the device.

use chrono::NaiveDate;
use domain::{
    edit::{Edit, FieldEdit},
    next_action::{NextAction, NextActionEdit},
    refusal::Problem,
};
use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::hooks::use_navigate;

use crate::{
    data::{Data, use_data},
    features::form::Errors,
    i18n::{Key, t},
    platform::{
        download,
        intl::{self, Style},
        time::spawn,
        zone,
    },
    ui::{
        button::{Button, Tone},
        dialog::Dialog,
        field::Need,
        icon::Icon,
        input::{Input, InputKind},
        language::{text, use_locale},
        menu::{Menu, MenuItem},
        toast::use_toasts,
    },
};

/// The menu, and the question for a date.
#[component]
pub fn Postpone(action: NextAction) -> impl IntoView {
    let (data, locale, toasts, navigate) = (use_data(), use_locale(), use_toasts(), use_navigate());
    let (id, customer, planned) = (action.id, action.customer, action.due);
    let (asking, errors) = (RwSignal::new(false), Errors::new());
    let day = RwSignal::new(planned.to_string());
    let short = move |day: NaiveDate| intl::plain_date(locale.get(), &day.to_string(), Style::DayOfYear);
    let change = move |from: NaiveDate, to: NaiveDate| async move {
        let edit = FieldEdit::new("due", from.to_string(), to.to_string());
        let edit = NextActionEdit(Edit::fields(id, vec![edit]));
        data.enter(edit, &data.customer_name(customer)).await.is_ok()
    };
    let to = move |due: NaiveDate| {
        spawn(async move {
            if !change(planned, due).await {
                return;
            }
            let undo = Callback::new(move |()| {
                spawn(async move {
                    // Whatever was done or moved on since stays. A failure shows as a banner.
                    let now = data.get::<NextAction>(id).await.filter(|now| now.done.is_none());
                    if now.is_some_and(|now| now.due == due) {
                        change(due, planned).await;
                    }
                });
            });
            toasts.show_with_undo(move || t::next_actions::postponed(locale.get(), &short(due)), undo);
        });
    };
    let item = |label: TextProp, icon: Icon, testid: &'static str, run: Callback<()>| MenuItem {
        label,
        icon,
        testid,
        danger: false,
        run,
    };
    let names: [(Key, &str); 2] = [
        (t::next_actions::postpone_tomorrow, "postpone-tomorrow"),
        (t::next_actions::postpone_next_week, "postpone-next-week"),
    ];
    let days = names.into_iter().zip(action.postponements(data.today())).filter_map(|((label, testid), day)| {
        let day = day?;
        let label = move || format!("{} · {}", label(locale.get()), short(day));
        Some(item(label.into(), Icon::CalendarClock, testid, Callback::new(move |()| to(day))))
    });
    let ask = Callback::new(move |()| asking.set(true));
    let asked = item(text(t::next_actions::postpone_date).into(), Icon::Calendar, "postpone-date", ask);
    let kept = action.clone();
    let calendar = Callback::new(move |()| save_calendar(data, &kept));
    let calendar = item(text(t::next_actions::calendar).into(), Icon::Download, "action-calendar", calendar);
    let open =
        Callback::new(move |()| navigate(&format!("/customers/{customer}/next-actions/{id}"), Default::default()));
    let edit = item(text(t::next_actions::edit_title).into(), Icon::Pencil, "action-edit", open);
    let items = days.chain([asked, calendar, edit]).collect();
    let chosen = Callback::new(move |()| {
        errors.clear();
        let due = day.with_untracked(|day| day.parse()).map_err(|_| Problem::Required);
        match errors.parsed("postpone_due", due) {
            Some(due) => {
                asking.set(false);
                to(due);
            }
            None => errors.show_first(),
        }
    });
    let (due_label, postpone) = (text(t::next_actions::due), text(t::next_actions::postpone));
    view! {
        <Menu label=text(t::next_actions::postpone) testid="action-postpone" icon=Icon::CalendarClock items/>
        <Dialog open=asking title=text(t::next_actions::postpone) testid="postpone-dialog">
            <Input name="postpone_due" label=due_label value=day kind=InputKind::Date need=Need::Required error=errors.of("postpone_due")/>
            <div class="button-row end">
                <Button label=postpone testid="postpone-to-date" tone=Tone::Primary on_press=chosen/>
            </div>
        </Dialog>
    }
}

/// Hands the action to the device's calendar, as a file.
fn save_calendar(data: Data, action: &NextAction) {
    let customer = data.customer_short(action.customer);
    let starts = action.time.map(|time| zone::instant_of(action.due.and_time(time.on_the_clock())));
    let file = action.calendar(&customer, starts, data.now());
    download::save(&format!("{} {customer}.ics", action.due), "text/calendar;charset=utf-8", &file);
}
