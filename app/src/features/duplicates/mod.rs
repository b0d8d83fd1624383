//! Customers that may be one company, worked through as a list.

pub mod company;
pub mod merge;
pub mod unmerge;

pub use company::CompanyCheck;
pub use merge::CustomerMergePage;
pub use unmerge::MergedNotice;

use domain::{
    customer::CustomerId,
    distinct::CustomersDistinct,
    duplicate::{Alike, Reason},
    kind::{Kind, RecordKey},
    summary::customer_field,
};
use leptos::{prelude::*, text_prop::TextProp};

use crate::{
    data::{Data, suspects::Suspect, use_data},
    i18n::{Key, Locale, t},
    layout::page::PageHeader,
    platform::{intl, time::spawn},
    ui::{
        button::{Button, ButtonLink, Tone},
        empty_state::EmptyState,
        icon::Icon,
        language::{text, use_locale},
        toast::use_toasts,
    },
};

/// So many are shown; when these are done, the next ones are.
const SHOWN_MOST: usize = 50;

/// Why two customers may be one, in words.
pub fn reason_words(reason: Reason) -> Key {
    match reason {
        Reason::TaxId => t::customers::duplicate_by_tax_id,
        Reason::Phone => t::customers::duplicate_by_phone,
        Reason::Email => t::duplicates::same_email,
        Reason::Domain => t::duplicates::same_domain,
        Reason::Account => t::duplicates::same_account,
        Reason::Address => t::duplicates::same_address,
        Reason::Name(Alike::Same) => t::customers::duplicate_by_name,
        Reason::Name(Alike::Misspelt) => t::duplicates::misspelt,
        Reason::Name(Alike::Romanised) => t::duplicates::romanised,
        Reason::Name(Alike::Elsewhere) => t::duplicates::elsewhere,
        Reason::Name(Alike::Shorter | Alike::OtherTrade) => t::duplicates::alike,
    }
}

/// The page.
#[component]
pub fn DuplicatesPage() -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let found = RwSignal::new(None::<Vec<Suspect>>);
    let progress = RwSignal::new((0_u64, 0_u64));
    spawn(async move {
        let told = move |done: usize, all: usize| {
            // The page may have been left meanwhile.
            progress.try_set((done as u64, all as u64));
        };
        let suspects = data.suspects(told).await;
        found.try_set(Some(suspects));
    });
    let open = Memo::new(move |_| {
        data.version.track();
        let alive = |suspect: &&Suspect| data.still_suspected(suspect);
        found.with(|found| found.as_ref().map(|found| found.iter().filter(alive).cloned().collect::<Vec<_>>()))
    });
    let title = text(t::duplicates::title);
    let (none, none_text) = (text(t::duplicates::none_title), text(t::duplicates::none_text));
    let looking = move || {
        let (done, all) = progress.get();
        t::duplicates::looking(locale.get(), all, done)
    };
    view! {
        <div class="page" data-testid="duplicates">
            <PageHeader title back="/"/>
            <div class="page-body">
                {move || match open.get() {
                    None => view! { <p class="muted" role="status" data-testid="duplicates-looking">{looking}</p> }.into_any(),
                    Some(open) if open.is_empty() => view! {
                        <EmptyState icon=Icon::CircleCheck title=none explanation=TextProp::from(none_text) testid="duplicates-none"/>
                    }
                    .into_any(),
                    Some(open) => {
                        let count = open.len() as u64;
                        view! {
                            <div class="column">
                                <p class="muted small" data-testid="duplicates-count">{move || t::duplicates::count(locale.get(), count)}</p>
                                {open
                                    .into_iter()
                                    .take(SHOWN_MOST)
                                    .map(|suspect| view! { <SuspectCard suspect/> })
                                    .collect_view()}
                            </div>
                        }
                        .into_any()
                    }
                }}
            </div>
        </div>
    }
}

/// Which of two stays unless somebody chooses otherwise: the one with more below it, else the older one.
fn survivor_first(data: Data, suspect: &Suspect) -> (CustomerId, CustomerId) {
    let below = |id: CustomerId| data.below(id).values().sum::<usize>();
    if below(suspect.other) > below(suspect.one) { (suspect.other, suspect.one) } else { (suspect.one, suspect.other) }
}

#[component]
fn SuspectCard(suspect: Suspect) -> impl IntoView {
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
    let (stays, goes) = survivor_first(data, &suspect);
    let reasons = suspect.reasons.clone();
    let why = move || {
        let locale: Locale = locale.get();
        intl::list(locale, &reasons.iter().map(|reason| reason_words(*reason)(locale).to_owned()).collect::<Vec<_>>())
    };
    let noted = text(t::duplicates::noted);
    let apart = move |distinct: bool| {
        let name = data.customer_name(stays);
        async move { data.enter(CustomersDistinct { one: stays, other: goes, distinct }, &name).await.is_ok() }
    };
    let on_apart = Callback::new(move |()| {
        // Said beforehand: the card is gone when it is done.
        let words = noted();
        spawn(async move {
            if apart(true).await {
                let undo = Callback::new(move |()| {
                    spawn(async move {
                        apart(false).await;
                    });
                });
                toasts.show_with_undo(move || words, undo);
            }
        });
    });
    view! {
        <article class="card padded suspect" data-testid="suspect">
            <p class="small" data-testid="suspect-why">{why}</p>
            <div class="suspect-pair">
                <Side id=stays/>
                <Side id=goes/>
            </div>
            <div class="button-row">
                <ButtonLink href=format!("/customers/{stays}/merge/{goes}") label=text(t::duplicates::merge) testid="suspect-merge" tone=Tone::Primary icon=Icon::Check/>
                <Button label=text(t::duplicates::distinct) testid="suspect-distinct" on_press=on_apart/>
            </div>
        </article>
    }
}

/// One of the two, as far as the list knows it.
#[component]
pub fn Side(id: CustomerId) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let shown = data.with(|store| store.shown(RecordKey::new(Kind::Customer, id.uuid())));
    let field = |place: usize| shown.as_ref().map(|shown| shown.summary.field(place).to_owned()).unwrap_or_default();
    let owner = uuid::Uuid::try_parse(&field(customer_field::OWNER)).ok();
    let owner = move || match owner {
        Some(owner) => data.user_name(owner.into()),
        None => t::customers::no_owner(locale.get()).to_owned(),
    };
    let records = data.below(id).get(&Kind::ContactRecord).copied().unwrap_or_default() as u64;
    let facts = [customer_field::PHONE, customer_field::TAX_ID, customer_field::ADDRESS].map(field);
    let facts = facts.into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(" · ");
    view! {
        <div class="suspect-side">
            <a class="strong" href=format!("/customers/{id}")>{field(customer_field::NAME)}</a>
            <p class="muted small">{facts}</p>
            <p class="muted small">{owner} " · " {move || t::duplicates::records(locale.get(), records)}</p>
        </div>
    }
}
