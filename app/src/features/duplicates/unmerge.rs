//! On the customer that stayed: what has gone over into it within the last weeks, to be taken back.

use domain::{
    attachment::Attachment,
    contact::Contact,
    contact_record::ContactRecord,
    customer::{Customer, CustomerId, CustomerUnmerge, Joined},
    kind::{Kind, RecordKey},
    next_action::NextAction,
    opportunity::Opportunity,
    record::Record,
    visit::Visit,
};
use leptos::{prelude::*, text_prop::TextProp};

use super::merge::may_merge;
use crate::{
    data::{Data, customer_key, people::live_people, use_data},
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
pub(super) async fn part(data: Data, survivor: CustomerId, dead: CustomerId, about: &str) -> bool {
    data.enter(CustomerUnmerge { survivor, dead }, about).await.is_ok()
}

/// How many children of a kind came from a customer that has gone over into this one.
async fn came<R: Record>(data: Data, survivor: RecordKey, dead: CustomerId) -> (Kind, usize) {
    let children: Vec<R> = data.children(survivor).await;
    let came = children.into_iter().filter_map(|mut child| {
        let from = &child.unknown_mut().stamp.came_from;
        from.contains(&dead.uuid()).then_some(())
    });
    (R::KIND, came.count())
}

/// What goes back, in words; empty where nothing does.
async fn goes_back(data: Data, locale: Locale, survivor: CustomerId, dead: CustomerId) -> String {
    let key = customer_key(survivor);
    let counts = [
        came::<Contact>(data, key, dead).await,
        came::<ContactRecord>(data, key, dead).await,
        came::<NextAction>(data, key, dead).await,
        came::<Opportunity>(data, key, dead).await,
        came::<Visit>(data, key, dead).await,
        came::<Attachment>(data, key, dead).await,
    ];
    let words = counts.into_iter().filter(|(_, count)| *count > 0);
    let words: Vec<String> = words.map(|(kind, count)| format!("{} {count}", kind_name(kind)(locale))).collect();
    if words.is_empty() { String::new() } else { intl::list(locale, &words) }
}

/// What has gone over into a customer and can still be taken back.
#[component]
pub fn MergedNotice(#[prop(into)] customer: Signal<Option<Customer>>) -> impl IntoView {
    let data = use_data();
    let shown = Memo::new(move |_| {
        let customer = customer.get()?;
        let today = data.today();
        let notes: Vec<Joined> = customer.joined.into_iter().filter(|note| today <= note.last_day()).collect();
        Some((customer.id, customer.name, notes))
    });
    move || {
        let (id, name, notes) = shown.get()?;
        let notes = notes.into_iter().map(|note| view! { <Note id name=name.clone() note/> });
        Some(notes.collect_view())
    }
}

#[component]
fn Note(id: CustomerId, name: String, note: Joined) -> impl IntoView {
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
    let people = live_people(data, locale);
    let may = Memo::new(move |_| people.with(|people| people.user(data.user()).is_some_and(|me| may_merge(&me.roles))));
    let (dead, goes) = (note.dead, note.name.clone());
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
        let (about, words) = (goes.clone(), done());
        spawn(async move {
            if part(data, id, dead, &about).await {
                toasts.show(move || words);
            }
        });
    });
    view! {
        <Banner tone=BannerTone::Info title explanation=TextProp::from(until) testid="merged-here">
            <Show when=move || may.get()>
                <Button label=text(t::duplicates::unmerge) testid="unmerge" on_press=ask/>
            </Show>
        </Banner>
        <Confirm open=asking title=text(t::duplicates::unmerge) question yes=text(t::duplicates::unmerge) on_yes=run/>
    }
}
