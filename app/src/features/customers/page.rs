//! One customer: what is to be done, who is there, and what has happened.

use std::cmp::Reverse;

use domain::{
    conflict::Conflict,
    contact::Contact,
    contact_record::ContactRecord,
    customer::{Customer, CustomerId},
    kind::{Kind, RecordKey},
    next_action::NextAction,
    opportunity::Opportunity,
    pool::Claim,
    record::Record as _,
    summary::{conflict_field, contact_record_field},
};
use leptos::{prelude::*, text_prop::TextProp};

use super::{
    NotOnDevice,
    conflicts::Conflicts,
    facts::Facts,
    head::Head,
    menu::HeadButtons,
    sections::{Actions, Contacts, Timeline},
    use_customer_id,
    view::{LeaveCustomerView, use_customer_view},
};
use crate::{
    data::{
        Data, customer_key, live,
        pools::{Falling, falling_of},
        use_data,
    },
    features::{
        attachments::{self, Held, strip::AttachmentCard},
        clashes::ClashNotice,
        collaborators::Collaborators,
        duplicates::MergedNotice,
        opportunities::CustomerOpportunities,
        pools::OwnerLog,
    },
    i18n::t,
    layout::page::PageHeader,
    ui::language::text,
};

/// So many contact records are read at once.
const RECORDS_SHOWN: usize = 30;

/// What the page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub customer: Customer,
    pub contacts: Vec<Contact>,
    pub records: Vec<ContactRecord>,
    /// Contact records that are not read yet.
    pub older: usize,
    pub actions: Vec<NextAction>,
    pub opportunities: Vec<Opportunity>,
    pub conflicts: Vec<Conflict>,
    /// The log of its owners.
    pub log: Vec<Claim>,
    /// The name of the pool in which it lies.
    pub pool: Option<String>,
    /// When it falls back into a pool.
    pub falling: Option<Falling>,
    /// On the customer and its contacts, and on the contact records that are shown.
    pub attachments: Vec<Held>,
}

async fn load(data: Data, id: CustomerId, records_most: usize) -> Option<Shown> {
    let mut customer: Customer = data.get(id).await?;
    // The id of a merged customer leads to the one that took its place.
    while let Some(survivor) = customer.merged_into {
        customer = data.get(survivor).await?;
    }
    let key = customer_key(customer.id);
    let mut contacts: Vec<Contact> = data.children(key).await;
    contacts.retain(|contact| !contact.deleted());
    let mut actions: Vec<NextAction> = data.children(key).await;
    actions.retain(|action| !action.deleted());
    actions.sort_by_key(|action| (action.done.is_some(), action.due, action.id));
    let mut opportunities: Vec<Opportunity> = data.children(key).await;
    opportunities.retain(|it| !it.deleted());
    opportunities.sort_by_key(|it| (it.expected_close.is_none(), it.expected_close, it.id));
    let (newest, older) = newest_records(data, key, records_most);
    let mut records = Vec::with_capacity(newest.len());
    for id in newest {
        records.extend(data.get::<ContactRecord>(id.into()).await);
    }
    let open = data.with(|store| {
        let ids = store.children(Kind::Conflict, key).into_iter();
        let open = |id: &uuid::Uuid| {
            let shown = store.shown(RecordKey::new(Kind::Conflict, *id));
            shown.is_some_and(|shown| shown.summary.field(conflict_field::RESOLVED).is_empty())
        };
        ids.filter(open).collect::<Vec<_>>()
    });
    let mut conflicts = Vec::new();
    for id in open {
        conflicts.extend(data.get::<Conflict>(id.into()).await);
    }
    let shown_records: Vec<uuid::Uuid> = records.iter().map(|record| record.id.uuid()).collect();
    let wanted = |on: RecordKey| on.kind != Kind::ContactRecord || shown_records.contains(&on.id);
    let attachments = attachments::load(data, key, wanted).await;
    let log = data.children(key).await;
    let pool = match customer.pool {
        Some(pool) => data.get(pool).await.map(|pool| pool.name),
        None => None,
    };
    let falling = match customer.owner.filter(|_| !customer.deleted()) {
        Some(owner) => {
            let (last, today) = (records.iter().map(|record| record.happened_at).max(), data.today());
            let planned = actions.iter().filter(|action| action.done.is_none()).map(|action| action.due).max();
            falling_of(&customer, owner, last, planned, &data.pools().await, today)
        }
        None => None,
    };
    Some(Shown {
        customer,
        contacts,
        records,
        older,
        actions,
        opportunities,
        conflicts,
        attachments,
        log,
        pool,
        falling,
    })
}

/// Chooses by the index alone, so that no body is read in vain.
fn newest_records(data: Data, key: RecordKey, most: usize) -> (Vec<uuid::Uuid>, usize) {
    data.with(|store| {
        let mut found: Vec<(i64, uuid::Uuid)> = store
            .children(Kind::ContactRecord, key)
            .into_iter()
            .filter_map(|id| {
                let shown =
                    store.shown(RecordKey::new(Kind::ContactRecord, id)).filter(|shown| !shown.summary.hidden)?;
                Some((shown.summary.field(contact_record_field::HAPPENED_AT).parse().unwrap_or_default(), id))
            })
            .collect();
        found.sort_by_key(|(at, id)| Reverse((*at, *id)));
        let older = found.len().saturating_sub(most);
        (found.into_iter().take(most).map(|(_, id)| id).collect(), older)
    })
}

/// One customer.
#[component]
pub fn CustomerPage() -> impl IntoView {
    let (data, id) = (use_data(), use_customer_id());
    let most = RwSignal::new(RECORDS_SHOWN);
    let loaded = live(move || {
        let (id, most) = (id.get(), most.get());
        async move {
            match id {
                Some(id) => load(data, id, most).await,
                None => None,
            }
        }
    });
    let shown = Memo::new(move |_| loaded.get().flatten());
    let here = Memo::new(move |_| loaded.with(|loaded| loaded.as_ref().map(Option::is_some)));
    let title = move || shown.with(|shown| shown.as_ref().map(|shown| shown.customer.name.clone()).unwrap_or_default());
    let customer = text(t::customers::customer);
    let outside = use_customer_view();
    let inside = move || !outside.get();
    let on_more = Callback::new(move |()| most.update(|most| *most += 100));
    let apart = Memo::new(move |_| {
        let of_records = |held: &&Held| held.attachment.on.kind == Kind::ContactRecord;
        read(shown, |shown| shown.attachments.iter().filter(|held| !of_records(held)).cloned().collect::<Vec<_>>())
    });
    let opportunities = Signal::derive(move || read(shown, |shown| shown.opportunities.clone()));
    let key = Memo::new(move |_| read(shown, |shown| shown.customer.id.to_string()));
    let place = move || {
        let customer = shown.with_untracked(|shown| shown.as_ref().map(|shown| shown.customer.id))?;
        Some((customer, customer_key(customer)))
    };
    move || match here.get() {
        None => ().into_any(),
        Some(false) => view! {
            <div class="page">
                <PageHeader title=customer back="/customers"/>
                <NotOnDevice/>
            </div>
        }
        .into_any(),
        Some(true) => view! {
            <div class="page" data-testid="customer">
                <PageHeader title=TextProp::from(title) back="/customers">
                    {move || if outside.get() {
                        view! { <LeaveCustomerView/> }.into_any()
                    } else {
                        view! { <HeadButtons shown/> }.into_any()
                    }}
                </PageHeader>
                <div class="page-body customer-page" data-view=move || outside.get().then_some("customer")>
                    <Head shown/>
                    <Show when=inside>
                        <Conflicts shown/>
                        <MergedNotice customer=Signal::derive(move || shown.get().map(|shown| shown.customer))/>
                        <ClashNotice customer=Signal::derive(move || shown.get().map(|shown| shown.customer.id))/>
                    </Show>
                    <div class="cards">
                        <Facts shown/>
                        <Contacts shown/>
                    </div>
                    <Show when=inside>
                        <Actions shown/>
                        <Collaborators customer=Signal::derive(move || shown.get().map(|shown| shown.customer))/>
                        <CustomerOpportunities customer=key opportunities/>
                        <AttachmentCard attachments=apart place/>
                        <Timeline shown on_more/>
                        <OwnerLog log=Signal::derive(move || read(shown, |shown| shown.log.clone()))/>
                    </Show>
                </div>
            </div>
        }
        .into_any(),
    }
}

/// What the page shows, for its parts.
pub type ShownSignal = Memo<Option<Shown>>;

/// Reads something of the shown customer.
pub(super) fn read<T: Default>(shown: ShownSignal, read: impl FnOnce(&Shown) -> T) -> T {
    shown.with(|shown| shown.as_ref().map(read).unwrap_or_default())
}
