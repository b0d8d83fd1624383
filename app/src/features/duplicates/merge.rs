//! Two customers side by side become one, field by field.

use std::collections::BTreeSet;

use domain::{
    access::Role,
    columns::Cell,
    customer::{Customer, CustomerId, CustomerMerge},
    kind::Kind,
    record::Record as _,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};
use uuid::Uuid;

use super::unmerge::part;
use crate::{
    data::{Data, live, people::live_people, use_data},
    features::customers::{NotOnDevice, use_customer_id},
    i18n::{
        Locale,
        archive::kind_name,
        fields::{field_name, value_words},
        t,
    },
    layout::page::PageHeader,
    platform::{intl, time::spawn},
    ui::{
        banner::{Banner, BannerTone},
        button::{Button, ButtonLink, Tone},
        confirm::Confirm,
        icon::Icon,
        language::{text, use_locale},
        toast::use_toasts,
    },
};

/// The columns of which one of two values stays. Telephones, tags and names that are also used are all kept.
const CHOSEN: [&str; 16] = [
    "name",
    "short_name",
    "tax_id",
    "level",
    "source",
    "industry",
    "region",
    "address",
    "email",
    "website",
    "wechat",
    "line",
    "qq",
    "payment_terms",
    "credit_limit",
    "visit_every",
];

/// A value in words; empty where there is none.
fn said(locale: Locale, customer: &Customer, column: &str) -> String {
    if column == "address" {
        return [&customer.province, &customer.city, &customer.district, &customer.address]
            .map(String::as_str)
            .concat();
    }
    let cell = Customer::columns().iter().find(|known| known.info.name == column).map(|known| (known.read)(customer));
    match cell {
        Some(Cell::Text(text)) => value_words(locale, Kind::Customer, column, &text).unwrap_or(text),
        _ => String::new(),
    }
}

/// A line of the page: what each of the two says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Differing {
    column: &'static str,
    stays: String,
    goes: String,
}

fn differing(locale: Locale, stays: &Customer, goes: &Customer) -> Vec<Differing> {
    let columns = CHOSEN.into_iter().chain(["remark"]);
    let lines = columns.map(|column| Differing {
        column,
        stays: said(locale, stays, column),
        goes: said(locale, goes, column),
    });
    lines.filter(|line| line.stays != line.goes).collect()
}

/// Says whether somebody may merge at all; the rule looks at both customers again.
pub fn may_merge(roles: &BTreeSet<Role>) -> bool {
    roles.contains(&Role::Administrator) || roles.contains(&Role::Manager)
}

async fn load(data: Data, stays: Option<CustomerId>, goes: Option<CustomerId>) -> Option<(Customer, Customer)> {
    let (stays, goes): (Customer, Customer) = (data.get(stays?).await?, data.get(goes?).await?);
    (stays.id != goes.id && stays.merged_into.is_none() && goes.merged_into.is_none()).then_some((stays, goes))
}

/// The page.
#[component]
pub fn CustomerMergePage() -> impl IntoView {
    let (data, id) = (use_data(), use_customer_id());
    let params = use_params_map();
    let other = Memo::new(move |_| {
        let other = params.with(|params| params.get("other"));
        other.and_then(|other| Uuid::try_parse(&other).ok()).map(CustomerId::new)
    });
    let loaded = live(move || load(data, id.get(), other.get()));
    // What is chosen stays while somebody else changes one of the two.
    let pair = Memo::new(move |_| loaded.get());
    move || match pair.get() {
        None => ().into_any(),
        Some(None) => view! {
            <div class="page" data-testid="merge">
                <PageHeader title=text(t::duplicates::merge_title) back="/duplicates"/>
                <div class="page-body"><NotOnDevice/></div>
            </div>
        }
        .into_any(),
        Some(Some((stays, goes))) => view! { <Merging stays goes/> }.into_any(),
    }
}

#[component]
fn Merging(stays: Customer, goes: Customer) -> impl IntoView {
    let (data, locale, toasts, navigate) = (use_data(), use_locale(), use_toasts(), use_navigate());
    let people = live_people(data, locale);
    let may = Memo::new(move |_| {
        people.with(|people| {
            people.users.is_empty() || people.user(data.user()).is_some_and(|user| may_merge(&user.roles))
        })
    });
    let lines = differing(locale.get_untracked(), &stays, &goes);
    // Where the one that stays says nothing, the other's word is taken.
    let silent = lines.iter().filter(|line| line.stays.is_empty()).map(|line| line.column);
    let taken = RwSignal::new(silent.collect::<BTreeSet<_>>());
    let keeps_owner = RwSignal::new(true);
    let owner = goes.owner.filter(|owner| stays.owner != Some(*owner));
    let asking = RwSignal::new(false);
    let done = text(t::duplicates::merged);
    let (survivor, dead, about) = (stays.id, goes.id, goes.name.clone());
    let merge = Callback::new(move |()| {
        let take = taken.get_untracked().into_iter().map(str::to_owned).collect();
        let action = CustomerMerge { survivor, dead, take, keep_owner: keeps_owner.get_untracked() };
        let (navigate, about, words) = (navigate.clone(), about.clone(), done());
        spawn(async move {
            if data.enter(action, &about).await.is_ok() {
                let undo = Callback::new(move |()| {
                    let about = about.clone();
                    spawn(async move {
                        let stays: Option<Customer> = data.get(survivor).await;
                        let note = stays.and_then(|stays| stays.joined.into_iter().find(|note| note.dead == dead));
                        // A failure shows as a banner. Without a note it is undone, or was refused.
                        if let Some(note) = note {
                            part(data, survivor, &note, &about).await;
                        }
                    });
                });
                toasts.show_with_undo(move || words, undo);
                navigate(&format!("/customers/{survivor}"), Default::default());
            }
        });
    });
    let moved = {
        let below = data.below(dead);
        move || {
            let locale: Locale = locale.get();
            let kinds = [Kind::Contact, Kind::ContactRecord, Kind::NextAction, Kind::Attachment];
            let words = kinds.into_iter().filter_map(|kind| {
                let count = below.get(&kind).copied().filter(|count| *count > 0)?;
                Some(format!("{} {count}", kind_name(kind)(locale)))
            });
            let words: Vec<String> = words.collect();
            match words.is_empty() {
                true => t::duplicates::nothing_moves(locale).to_owned(),
                false => t::duplicates::moves(locale, &intl::list(locale, &words)),
            }
        }
    };
    let question = {
        let (stays, goes) = (stays.name.clone(), goes.name.clone());
        move || t::duplicates::merge_question(locale.get(), &goes, &stays)
    };
    let swap = format!("/customers/{dead}/merge/{survivor}");
    view! {
        <div class="page" data-testid="merge">
            <PageHeader title=text(t::duplicates::merge_title) back="/duplicates">
                <ButtonLink href=swap label=text(t::duplicates::swap) testid="merge-swap" tone=Tone::Quiet icon=Icon::RefreshCw/>
            </PageHeader>
            <div class="page-body">
                <div class="column">
                    <Show when=move || !may.get()>
                        <Banner tone=BannerTone::Info title=text(t::duplicates::managers_only) testid="merge-managers"/>
                    </Show>
                    <div class="card padded merge">
                        <div class="merge-line merge-names">
                            <div><span class="muted small">{text(t::duplicates::stays)}</span><strong data-testid="merge-stays">{stays.name.clone()}</strong></div>
                            <div><span class="muted small">{text(t::duplicates::goes)}</span><strong data-testid="merge-goes">{goes.name.clone()}</strong></div>
                        </div>
                        {lines.into_iter().map(|line| view! { <Choice line taken/> }).collect_view()}
                    </div>
                    <p class="muted small">{text(t::duplicates::all_kept)}</p>
                    <p data-testid="merge-moves">{moved}</p>
                    {owner.map(|owner| {
                        let keep = move || t::duplicates::keep_owner(locale.get(), &data.user_name(owner));
                        view! {
                            <label class="check">
                                <input type="checkbox" data-testid="merge-keep-owner" prop:checked=keeps_owner
                                    on:change=move |event| keeps_owner.set(event_target_checked(&event))/>
                                <span>{keep}</span>
                            </label>
                        }
                    })}
                    <div class="button-row">
                        <Show when=move || may.get()>
                            <Button label=text(t::duplicates::merge) testid="merge-run" tone=Tone::Primary icon=Icon::Check
                                on_press=Callback::new(move |()| asking.set(true))/>
                        </Show>
                        <ButtonLink href="/duplicates" label=text(t::common::cancel) testid="merge-cancel"/>
                    </div>
                </div>
            </div>
            <Confirm open=asking title=text(t::duplicates::merge_title) question yes=text(t::duplicates::merge) tone=Tone::Primary on_yes=merge/>
        </div>
    }
}

/// Which of two values stays.
#[component]
fn Choice(line: Differing, taken: RwSignal<BTreeSet<&'static str>>) -> impl IntoView {
    let locale = use_locale();
    let Differing { column, stays, goes } = line;
    let label = move || field_name(Kind::Customer, column).map(|name| name(locale.get()));
    let side = move |value: String, takes: bool| {
        let checked = move || taken.with(|taken| taken.contains(column)) == takes;
        let choose = move |_| {
            taken.update(|taken| {
                if takes {
                    taken.insert(column);
                } else {
                    taken.remove(column);
                }
            });
        };
        let testid = format!("merge-{column}-{}", if takes { "goes" } else { "stays" });
        let words =
            move || if value.is_empty() { t::outbox::empty_value(locale.get()).to_owned() } else { value.clone() };
        view! {
            <label class="check">
                <input type="radio" name=format!("merge-{column}") data-testid=testid prop:checked=checked on:change=choose/>
                <span>{words}</span>
            </label>
        }
    };
    view! {
        <fieldset class="merge-choice">
            <legend class="field-label">{label}</legend>
            <div class="merge-line">{side(stays, false)} {side(goes, true)}</div>
        </fieldset>
    }
}
