//! How next actions with a time remind, in the settings: what works in this browser, in words.

use leptos::prelude::*;

use crate::{
    i18n::t,
    platform::{
        notify::{self, Permission},
        time::spawn,
    },
    ui::{
        button::{Button, Tone},
        icon::Icon,
        language::{text, use_locale},
    },
};

/// The card.
#[component]
pub fn Reminders() -> impl IntoView {
    let locale = use_locale();
    let permission = RwSignal::new(notify::permission());
    let ask = Callback::new(move |()| {
        spawn(async move {
            permission.try_set(notify::ask().await);
        });
    });
    let said = move || match permission.get() {
        Permission::Allowed => t::next_actions::remind_allowed(locale.get()),
        Permission::Blocked => t::next_actions::remind_blocked(locale.get()),
        Permission::NotAsked => t::next_actions::remind_not_asked(locale.get()),
        Permission::NotAvailable => t::next_actions::remind_not_available(locale.get()),
    };
    let allow = text(t::next_actions::remind_allow);
    let button = move || {
        (permission.get() == Permission::NotAsked).then(|| {
            view! {
                <div class="button-row">
                    <Button label=allow testid="remind-allow" tone=Tone::Primary icon=Icon::Clock on_press=ask/>
                </div>
            }
        })
    };
    view! {
        <section class="card settings-card" data-testid="reminders">
            <h2>{text(t::next_actions::remind)}</h2>
            <p data-testid="remind-state">{said}</p>
            {button}
            <p class="muted small">{text(t::next_actions::remind_calendar)}</p>
        </section>
    }
}
