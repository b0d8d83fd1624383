//! At the door: the time, and the position if its owner wants to say it. It needs no network.

use domain::{
    contact_record::{Channel, CheckIn, ContactRecord, ContactRecordAdd},
    visit::VisitId,
};
use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::hooks::{use_navigate, use_query_map};
use uuid::Uuid;

use crate::{
    data::{live, use_data},
    features::{
        contact_records::fields::blank,
        customers::{NotOnDevice, use_customer_id},
    },
    i18n::t,
    layout::page::PageHeader,
    platform::{
        position::{self, Located, Lost},
        time::spawn,
    },
    ui::{
        banner::{Banner, BannerTone},
        button::{Button, Tone},
        icon::Icon,
        language::text,
        toast::use_toasts,
    },
};

/// The page. Nothing is asked of the device before a button is pressed.
#[component]
pub fn CheckInPage() -> impl IntoView {
    let (data, id, query) = (use_data(), use_customer_id(), use_query_map());
    let (toasts, navigate) = (use_toasts(), use_navigate());
    // Whoever came by the customer's page may stand in the plan, too.
    let visit = move || {
        let named = query.with_untracked(|query| query.get("visit")).and_then(|id| Uuid::try_parse(&id).ok());
        named.map(VisitId::new).or_else(|| data.planned_visit(id.get_untracked()?, data.today()))
    };
    let loaded = live(move || {
        let id = id.get();
        async move {
            match id {
                Some(id) => data.get(id).await.map(|customer: domain::customer::Customer| customer.name),
                None => None,
            }
        }
    });
    let name = Memo::new(move |_| loaded.get());
    // A question for the position may stay open for ever: whoever goes without it does not wait for the answer.
    let (asking, entering) = (RwSignal::new(false), RwSignal::new(false));
    let lost = RwSignal::new(None::<Lost>);
    let done = text(t::visits::checked_in);
    let enter = move |located: Option<Located>, at: i64| {
        let navigate = navigate.clone();
        async move {
            let Some(customer) = id.get_untracked() else { return };
            if entering.try_update(|entering| std::mem::replace(entering, true)) != Some(false) {
                return;
            }
            let check_in = CheckIn {
                at,
                position: located.map(|located| located.position),
                accuracy: located.and_then(|located| located.accuracy),
                visit: visit(),
            };
            let record = ContactRecord {
                channel: Channel::Visit,
                happened_at: at,
                check_in: Some(check_in),
                ..blank(data, customer)
            };
            let there = format!("/customers/{customer}/visit/{}", record.id);
            let add = ContactRecordAdd { record, finishes: Vec::new(), next: None };
            if data.enter(add, &data.customer_name(customer)).await.is_ok() {
                toasts.show(done);
                navigate(&there, leptos_router::NavigateOptions { replace: true, ..Default::default() });
            }
            entering.try_set(false);
        }
    };
    let enters = enter.clone();
    let with = Callback::new(move |()| {
        let (enter, at) = (enters.clone(), data.now());
        asking.set(true);
        lost.set(None);
        spawn(async move {
            let located = position::locate().await;
            // Left, or checked in without it meanwhile.
            if asking.try_set(false).is_some() {
                return;
            }
            match located {
                Ok(located) => enter(Some(located), at).await,
                Err(why) => lost.set(Some(why)),
            }
        });
    });
    let without = Callback::new(move |()| spawn(enter(None, data.now())));
    let waits = Signal::derive(move || asking.get() || entering.get());
    let (title, locating) = (text(t::visits::check_in), text(t::visits::locating));
    let banner = move || {
        lost.get().map(|lost| {
            let words = text(match lost {
                Lost::Refused => t::visits::refused_text,
                Lost::Unknown => t::visits::unknown_text,
            });
            let title = text(t::visits::refused_title);
            view! { <Banner tone=BannerTone::Due title explanation=TextProp::from(words) testid="check-in-lost"/> }
        })
    };
    let back = id.get_untracked().map(|id| format!("/customers/{id}")).unwrap_or_default();
    view! {
        <div class="page" data-testid="check-in-page">
            <PageHeader title back=back/>
            <div class="page-body">
                {move || match name.get() {
                    None => ().into_any(),
                    Some(None) => view! { <NotOnDevice/> }.into_any(),
                    Some(Some(name)) => view! {
                        <div class="column stack">
                            <p><strong data-testid="check-in-customer">{name}</strong>
                                {visit().is_none().then(|| view! {
                                    " " <span class="pill due small" data-testid="off-plan">{text(t::visits::off_plan)}</span>
                                })}
                            </p>
                            <p class="muted small">{text(t::visits::asked_once)}</p>
                            {banner}
                            <div class="check-in-buttons">
                                <Button label=TextProp::from(text(t::visits::with_position)) testid="check-in-with" tone=Tone::Primary
                                    icon=Icon::MapPin disabled=waits on_press=with/>
                                <Button label=TextProp::from(text(t::visits::without_position)) testid="check-in-without"
                                    disabled=entering on_press=without/>
                            </div>
                            <p class="muted small" role="status">{move || asking.get().then(locating)}</p>
                        </div>
                    }
                    .into_any(),
                }}
            </div>
        </div>
    }
}
