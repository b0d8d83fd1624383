//! One customer: what is to be done, who is there, and what has happened.

use std::cmp::Reverse;

use domain::{
    conflict::Conflict,
    contact::Contact,
    contact_record::ContactRecord,
    customer::{Customer, CustomerBin, CustomerId},
    kind::{Kind, RecordKey},
    next_action::NextAction,
    record::Record as _,
    summary::{conflict_field, contact_record_field},
};
use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::hooks::use_navigate;

use super::{
    NotOnDevice,
    conflicts::Conflicts,
    facts::Facts,
    sections::{Actions, Contacts, Timeline},
    use_customer_id,
    view::{LeaveCustomerView, use_customer_view},
};
use crate::{
    data::{Data, customer_key, live, use_data},
    features::{
        attachments::{self, Held, strip::AttachmentCard},
        history,
        reach::{Ways, Whom, ways_to_customer},
    },
    i18n::t,
    layout::page::PageHeader,
    platform::{intl, time::spawn},
    ui::{
        banner::{Banner, BannerTone},
        button::{Button, ButtonLink, Tone},
        confirm::Confirm,
        icon::Icon,
        language::{text, use_locale},
        menu::{Menu, MenuItem},
        toast::use_toasts,
        unsent::UnsentMark,
    },
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
    pub conflicts: Vec<Conflict>,
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
    Some(Shown { customer, contacts, records, older, actions, conflicts, attachments })
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
                    </Show>
                    <div class="cards">
                        <Facts shown/>
                        <Contacts shown/>
                    </div>
                    <Show when=inside>
                        <Actions shown/>
                        <AttachmentCard attachments=apart place/>
                        <Timeline shown on_more/>
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

#[component]
fn HeadButtons(shown: ShownSignal) -> impl IntoView {
    let (data, toasts, navigate) = (use_data(), use_toasts(), use_navigate());
    let locale = use_locale();
    let id = Memo::new(move |_| read(shown, |shown| shown.customer.id.to_string()));
    let (record, edit) = (text(t::contact_records::new), text(t::common::edit));
    let asking = RwSignal::new(false);
    let deleted = text(t::common::deleted);
    let bin = Callback::new(move |()| {
        let Some(customer) = shown.get_untracked().map(|shown| shown.customer) else { return };
        let navigate = navigate.clone();
        let bin = move |binned: bool| {
            let name = customer.name.clone();
            async move { data.enter(CustomerBin { id: customer.id, binned }, &name).await.is_ok() }
        };
        spawn(async move {
            if bin.clone()(true).await {
                let undo = Callback::new(move |()| {
                    let bin = bin.clone();
                    spawn(async move {
                        bin(false).await;
                    });
                });
                toasts.show_with_undo(deleted, undo);
                navigate("/customers", Default::default());
            }
        });
    });
    let question_title =
        move || t::customers::delete_title(locale.get(), &read(shown, |shown| shown.customer.name.clone()));
    let show = use_navigate();
    let view_item = MenuItem {
        label: text(t::customers::view).into(),
        icon: Icon::Eye,
        testid: "customer-view",
        danger: false,
        run: Callback::new(move |()| {
            show(&format!("/customers/{}?view=customer", id.get_untracked()), Default::default())
        }),
    };
    let delete_item = MenuItem {
        label: text(t::common::delete).into(),
        icon: Icon::Trash,
        testid: "customer-delete",
        danger: true,
        run: Callback::new(move |()| asking.set(true)),
    };
    let told = use_navigate();
    let history_item = MenuItem {
        label: text(t::history::title).into(),
        icon: Icon::Clock,
        testid: "customer-history",
        danger: false,
        run: Callback::new(move |()| {
            let Some(customer) = shown.get_untracked().map(|shown| shown.customer.id) else { return };
            told(&history::address(customer, customer_key(customer)), Default::default());
        }),
    };
    let items = vec![view_item, history_item, delete_item];
    view! {
        {move || {
            let id = id.get();
            view! {
                <ButtonLink href=format!("/customers/{id}/record") label=record testid="record-contact" tone=Tone::Primary icon=Icon::NotebookPen/>
                <ButtonLink href=format!("/customers/{id}/edit") label=edit testid="customer-edit-link" icon=Icon::Pencil/>
            }
        }}
        <Menu label=text(t::common::more_actions) testid="customer-menu" items/>
        <Confirm
            open=asking
            title=question_title
            question=text(t::customers::delete_text)
            yes=text(t::customers::delete_yes)
            on_yes=bin
        />
    }
}

/// What one wants to know at first sight.
#[component]
fn Head(shown: ShownSignal) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let toasts = use_toasts();
    let none = text(t::customers::no_owner);
    let unsent = Memo::new(move |_| {
        data.version.track();
        shown.with(|shown| shown.as_ref().is_some_and(|shown| data.is_unsent(Kind::Customer, shown.customer.id)))
    });
    let (gone, restore, undone) =
        (text(t::customers::deleted_notice), text(t::customers::restore), text(t::common::undone));
    let deleted = Memo::new(move |_| read(shown, |shown| shown.customer.deleted()));
    let bring_back = Callback::new(move |()| {
        let Some(customer) = shown.get_untracked().map(|shown| shown.customer) else { return };
        spawn(async move {
            if data.enter(CustomerBin { id: customer.id, binned: false }, &customer.name).await.is_ok() {
                toasts.show(undone);
            }
        });
    });
    let outside = use_customer_view();
    let ways = Memo::new(move |_| {
        read(shown, |shown| {
            let customer = &shown.customer;
            let whom = Whom { customer: customer.id, contact: None, name: customer.short().to_owned() };
            Some((whom, ways_to_customer(customer)))
        })
    });
    let ways = move || {
        ways.get()
            .filter(|(_, ways)| !ways.is_empty() && !outside.get())
            .map(|(whom, ways)| view! { <Ways whom ways named=true/> })
    };
    let pills = move || {
        let shown = shown.get().filter(|_| !outside.get())?;
        let (customer, locale) = (&shown.customer, locale.get());
        let owner = match customer.owner {
            Some(owner) => data.user_name(owner),
            None => none().to_owned(),
        };
        let last = match shown.records.first() {
            Some(record) => t::customers::last_contact(locale, &intl::moment(locale, record.happened_at, data.now())),
            None => t::customers::never_contacted(locale).to_owned(),
        };
        let level = (!customer.level.is_empty()).then(|| t::customers::level_of(locale, &customer.level));
        let tags = customer.tags.iter().cloned().map(|tag| view! { <span class="pill">{tag}</span> }).collect_view();
        Some(view! {
            {level.map(|level| view! { <span class="pill">{level}</span> })}
            <span class="pill" data-testid="customer-owner">{owner}</span>
            <span class="pill" data-testid="last-contact">{last}</span>
            {tags}
        })
    };
    view! {
        <div class="pills" data-testid="customer-pills">
            <UnsentMark unsent/>
            {pills}
        </div>
        {ways}
        <Show when=move || deleted.get()>
            <Banner tone=BannerTone::Due title=gone testid="customer-deleted">
                <Button label=restore testid="customer-restore" on_press=bring_back/>
            </Banner>
        </Show>
    }
}
