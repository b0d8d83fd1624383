//! On the customer that stayed: what has gone over into it within the last weeks, to be taken back.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    access::Role,
    customer::{Customer, CustomerId, CustomerUnmerge, Joined},
    kind::{Kind, RecordKey},
    pool::Pool,
    redirect::going_back,
};
use leptos::{prelude::*, text_prop::TextProp};

use super::merge::may_merge;
use crate::{
    data::{
        Data, customer_key, live,
        people::{People, live_people},
        use_data,
    },
    i18n::{Locale, archive::kind_name, t},
    platform::{
        intl::{self, Style},
        time::spawn,
    },
    ui::{
        banner::{Banner, BannerTone},
        button::Button,
        confirm::Confirm,
        language::{text, use_locale},
        toast::use_toasts,
    },
};

/// Takes a merge back. Says whether that was saved.
pub(super) async fn part(data: Data, survivor: CustomerId, note: &Joined, about: &str) -> bool {
    let action = CustomerUnmerge { survivor, dead: note.dead, merged_at: note.at };
    data.enter(action, about).await.is_ok()
}

/// Says whether the rule would part two customers, as far as this device knows: both are here, and both are open to this
/// person's writing.
async fn may_part(data: Data, people: People, survivor: CustomerId, dead: CustomerId) -> bool {
    let Some(me) = people.user(data.user()) else { return false };
    let stays: Option<Customer> = data.get(survivor).await;
    let goes: Option<Customer> = data.get(dead).await;
    let (Some(stays), Some(goes)) = (stays, goes) else { return false };
    if stays.merged_into.is_some() || goes.merged_into != Some(survivor) {
        return false;
    }
    if me.roles.contains(&Role::Administrator) {
        return true;
    }
    for customer in [stays, goes] {
        let pool: Option<Pool> = match customer.pool.filter(|_| customer.owner.is_none()) {
            Some(pool) => data.get(pool).await,
            None => None,
        };
        let pooled = pool.is_some_and(|pool| pool.administrators.contains(&me.id));
        if !may_merge(&me.roles) || !(pooled || people.writes(me.id, &customer, data.today())) {
            return false;
        }
    }
    true
}

/// What is counted of what goes back.
const COUNTED: [Kind; 6] =
    [Kind::Contact, Kind::ContactRecord, Kind::NextAction, Kind::Opportunity, Kind::Visit, Kind::Attachment];

/// What goes back, in words; empty where nothing does.
async fn goes_back(data: Data, locale: Locale, survivor: CustomerId, dead: CustomerId) -> String {
    let rows = data.rows_below(customer_key(survivor), &COUNTED).await;
    let below: BTreeMap<RecordKey, Arc<str>> = rows.into_iter().map(|row| (row.key, row.body)).collect();
    // What cannot be read is counted nowhere.
    let back = going_back(&below, dead.uuid()).unwrap_or_default();
    let stands =
        |key: &RecordKey| below.get(key).is_some_and(|body| key.kind.facts(body).is_ok_and(|facts| !facts.deleted));
    let words = COUNTED.into_iter().filter_map(|kind| {
        let count = back.iter().filter(|key| key.kind == kind && stands(key)).count();
        (count > 0).then(|| format!("{} {count}", kind_name(kind)(locale)))
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() { String::new() } else { intl::list(locale, &words) }
}

/// What went over into a customer last, if that can still be taken back: merges are undone in reverse order.
#[component]
pub fn MergedNotice(#[prop(into)] customer: Signal<Option<Customer>>) -> impl IntoView {
    let data = use_data();
    let shown = Memo::new(move |_| {
        let mut customer = customer.get()?;
        let today = data.today();
        let newest = customer.joined.pop().filter(|note| today <= note.last_day())?;
        Some((customer.id, customer.name, newest))
    });
    move || {
        let (id, name, note) = shown.get()?;
        Some(view! { <Note id name note/> })
    }
}

#[component]
fn Note(id: CustomerId, name: String, note: Joined) -> impl IntoView {
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
    let people = live_people(data, locale);
    let (dead, goes) = (note.dead, note.name.clone());
    let may = live(move || may_part(data, people.get(), id, dead));
    let title = {
        let (by, at, goes) = (note.by, note.at, goes.clone());
        move || {
            let locale = locale.get();
            let by = by.map(|by| data.user_name(by)).filter(|name| !name.is_empty());
            let by = by.unwrap_or_else(|| t::history::somebody(locale).to_owned());
            t::duplicates::merged_here(locale, &by, &goes, &intl::moment(locale, at, data.now()))
        }
    };
    let last_day = note.last_day().to_string();
    let until = move || {
        let locale = locale.get();
        t::duplicates::unmerge_until(locale, &intl::plain_date(locale, &last_day, Style::DayOfYear))
    };
    let (asking, back) = (RwSignal::new(false), RwSignal::new(String::new()));
    let ask = Callback::new(move |()| {
        spawn(async move {
            // The page may have been left meanwhile.
            back.try_set(goes_back(data, locale.get_untracked(), id, dead).await);
            asking.try_set(true);
        });
    });
    let question = {
        let (goes, stays) = (goes.clone(), name);
        move || {
            let locale = locale.get();
            back.with(|back| match back.is_empty() {
                true => t::duplicates::unmerge_nothing(locale, &goes),
                false => t::duplicates::unmerge_question(locale, &goes, &stays, back),
            })
        }
    };
    let done = text(t::duplicates::unmerged);
    let run = Callback::new(move |()| {
        // Said beforehand: the notice is gone when it is done.
        let (note, about, words) = (note.clone(), goes.clone(), done());
        spawn(async move {
            if part(data, id, &note, &about).await {
                toasts.show(move || words);
            }
        });
    });
    view! {
        <Banner tone=BannerTone::Info title explanation=TextProp::from(until) testid="merged-here">
            <Show when=move || may.get() == Some(true)>
                <Button label=text(t::duplicates::unmerge) testid="unmerge" on_press=ask/>
            </Show>
        </Banner>
        <Confirm open=asking title=text(t::duplicates::unmerge) question yes=text(t::duplicates::unmerge) on_yes=run/>
    }
}
