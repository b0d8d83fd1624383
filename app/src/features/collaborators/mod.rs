//! Who else works with a customer: seeing it or editing it, up to a day or for good.

pub mod add;

use domain::{
    access::Right,
    customer::{Collaborator, Customer, CustomerShare},
};
use leptos::prelude::*;

use self::add::AddDialog;
use crate::{
    data::use_data,
    i18n::{Key, t},
    platform::{
        intl::{self, Style},
        time::spawn,
    },
    ui::{
        button::{Button, IconButton, Tone},
        icon::Icon,
        language::{text, use_locale},
        toast::use_toasts,
    },
};

/// What a right is called.
pub fn right_name(right: Right) -> Key {
    match right {
        Right::Read => t::collaborators::read,
        Right::Write => t::collaborators::write,
    }
}

/// The card on the customer's page.
#[component]
pub fn Collaborators(customer: Signal<Option<Customer>>) -> impl IntoView {
    let adding = RwSignal::new(false);
    let (title, add, empty) =
        (text(t::collaborators::title), text(t::collaborators::add), text(t::collaborators::empty));
    let shared = Memo::new(move |_| customer.get().map(|customer| (customer.id, customer.collaborators)));
    view! {
        <section class="card" data-testid="collaborators">
            <div class="section-head">
                <h2>{title}</h2>
                <Button label=add testid="collaborator-add" tone=Tone::Quiet icon=Icon::Plus on_press=Callback::new(move |()| adding.set(true))/>
            </div>
            {move || shared.get().map(|(_, shared)| {
                if shared.is_empty() {
                    view! { <p class="muted small section-empty">{empty}</p> }.into_any()
                } else {
                    shared.into_iter().map(|of| view! { <Line of customer/> }).collect_view().into_any()
                }
            })}
            <AddDialog open=adding customer/>
        </section>
    }
}

#[component]
fn Line(of: Collaborator, customer: Signal<Option<Customer>>) -> impl IntoView {
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
    let name = data.user_name(of.user);
    let named = name.clone();
    let label = move || t::collaborators::remove(locale.get(), &named);
    let said = name.clone();
    let Collaborator { user, right, until } = of;
    let share = move |id, right| CustomerShare { id, user, right, until };
    let remove = Callback::new(move |_| {
        let said = said.clone();
        let Some(customer) = customer.get_untracked() else { return };
        let (back, forth) = (share(customer.id, Some(right)), share(customer.id, None));
        spawn(async move {
            let about = customer.name;
            if data.enter(CustomerShare { until: None, ..forth }, &about).await.is_err() {
                return;
            }
            let undo = Callback::new(move |()| {
                let (back, about) = (back.clone(), about.clone());
                spawn(async move {
                    // A failure shows as a banner.
                    drop(data.enter(back, &about).await);
                });
            });
            toasts.show_with_undo(move || t::collaborators::removed(locale.get(), &said), undo);
        });
    });
    let sub = move || {
        let locale = locale.get();
        let until = until
            .map(|day| t::collaborators::until_of(locale, &intl::plain_date(locale, &day.to_string(), Style::Date)));
        let right = right_name(right)(locale).to_owned();
        [Some(right), until].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    view! {
        <div class="row" data-testid="collaborator">
            <div class="row-main">
                <div class="row-title">{name}</div>
                <div class="row-sub">{sub}</div>
            </div>
            <IconButton icon=Icon::X label testid="collaborator-remove" on_press=remove/>
        </div>
    }
}
