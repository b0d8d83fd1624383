//! The menu that moves a next action to another day.

use chrono::NaiveDate;
use domain::{
    edit::{Edit, FieldEdit},
    next_action::{NextAction, NextActionEdit},
    refusal::Problem,
};
use leptos::{prelude::*, text_prop::TextProp};

use crate::{
    data::use_data,
    features::form::Errors,
    i18n::{Key, t},
    platform::{
        intl::{self, Style},
        time::spawn,
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
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
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
                    // A failure shows as a banner; the day stays as it is.
                    change(due, planned).await;
                });
            });
            toasts.show_with_undo(move || t::next_actions::postponed(locale.get(), &short(due)), undo);
        });
    };
    let item = |label: TextProp, testid: &'static str, run: Callback<()>| MenuItem {
        label,
        icon: Icon::CalendarClock,
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
        Some(item(label.into(), testid, Callback::new(move |()| to(day))))
    });
    let ask = Callback::new(move |()| asking.set(true));
    let asked = item(text(t::next_actions::postpone_date).into(), "postpone-date", ask);
    let items = days.chain([asked]).collect();
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
