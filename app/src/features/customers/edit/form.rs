//! The form itself: what everybody fills first, the rest in groups that open.

use std::collections::BTreeSet;

use domain::{
    customer::{Customer, CustomerCreate, CustomerEdit, CustomerEnter},
    kind::Kind,
    mutation::Action,
    value::Currency,
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_navigate;
use sync::device::Pending;

use super::{
    duplicates::Duplicates,
    fields::CustomerFields,
    quick::{QuickContact, QuickFields, QuickNext},
    region::AddressFields,
    terms::TermsFields,
};
use crate::{
    data::{customer_key, customers::use_customers, use_data},
    features::{
        attachments::choose::AttachField,
        entry_form::{EntryForm, Said},
        form::{DraftHint, Errors, FormButtons, Phones, lines_as_list},
        own_fields::{OwnGroup, OwnInputs},
    },
    i18n::t,
    layout::viewport::{Width, use_width},
    ui::{
        field::Need,
        group::Group,
        input::{Input, InputKind},
        language::text,
        tags::TagsInput,
        text_area::TextArea,
        toast::use_toasts,
    },
};

#[component]
pub fn CustomerForm(
    /// What the form starts with.
    shown: Customer,
    /// The customer as it is; none for a new one.
    before: Option<Customer>,
    /// A new customer that was refused.
    refused: Option<CustomerEnter>,
    correction: Option<Pending>,
    /// In which credit is given.
    currency: Option<Currency>,
) -> impl IntoView {
    let (data, toasts, navigate) = (use_data(), use_toasts(), use_navigate());
    let fields = CustomerFields::of(&shown);
    let own_inputs = OwnInputs::of(Kind::Customer, &shown.own);
    let asks = own_inputs.asks();
    let quick = before.is_none().then(|| QuickFields::of(refused.as_ref()));
    let name = match &before {
        Some(before) => format!("customer/{}", before.id),
        None => "customer/new".to_owned(),
    };
    let named = fields
        .named()
        .into_iter()
        .chain([own_inputs.named()])
        .chain(quick.map(QuickFields::named).unwrap_or_default())
        .collect();
    let form = EntryForm::follow(data, name, named, correction.as_ref());
    let (errors, saved) = (form.errors, text(t::common::saved_on_device));
    let own = shown.id;
    let cancel = match &before {
        Some(before) => format!("/customers/{}", before.id),
        None => "/customers".to_owned(),
    };
    let new = before.is_none();
    let submit = move |event: SubmitEvent| {
        let read = |errors| {
            let base = Customer { own: own_inputs.read(&shown.own, errors), ..shown.clone() };
            let customer = fields.read(&base, currency, errors);
            let action = match (quick, &before) {
                // Both halves are read, so that everything wrong is told at once.
                (Some(quick), _) => {
                    let customer = customer.unwrap_or_else(|| shown.clone());
                    quick.read(data, customer, refused.as_ref(), errors).map(entered)
                }
                (None, Some(before)) => form.edit(before, &customer?).ok()?.map(|edit| CustomerEdit(edit).into()),
                (None, None) => None,
            };
            let about = fields.name.get_untracked().trim().to_owned();
            Some(Said { actions: action.into_iter().collect(), about, attach_to: Some((own, customer_key(own))) })
        };
        let navigate = navigate.clone();
        form.submit(&event, read, move || {
            toasts.show(saved);
            navigate(&format!("/customers/{own}"), Default::default());
        });
    };
    let quick_contact = quick.map(|fields| view! { <QuickContact fields errors/> });
    let quick_next = quick.map(|fields| view! { <QuickNext fields errors/> });
    let phones = quick.map_or_else(|| RwSignal::new(String::new()), |quick| quick.contact_phones);
    view! {
        <form class="form column" on:submit=submit novalidate>
            <DraftHint draft=form.draft/>
            <Input name="name" label=text(t::customers::name) value=fields.name need=Need::Required error=errors.of("name")/>
            <Duplicates fields phones own/>
            {quick_contact}
            {quick_next}
            // What must be filled in stands before what may be.
            <Show when=move || asks.get()><OwnGroup own=own_inputs errors new/></Show>
            <AttachField choice=form.attached/>
            <Groups fields errors currency new/>
            <Show when=move || !asks.get()><OwnGroup own=own_inputs errors new/></Show>
            <FormButtons busy=form.busy cancel/>
        </form>
    }
}

/// The groups. On a phone those that hold nothing begin closed; so do all for a new customer.
#[component]
fn Groups(fields: CustomerFields, errors: Errors, currency: Option<Currency>, new: bool) -> impl IntoView {
    let roomy = use_width().get_untracked() != Width::Phone && !new;
    let open = move |some: &[RwSignal<String>]| roomy || CustomerFields::any(some);
    let (tags, aliases) = (lines_as_list(fields.tags), lines_as_list(fields.aliases));
    let basic = [
        fields.short_name,
        fields.aliases,
        fields.tax_id,
        fields.industry,
        fields.region,
        fields.level,
        fields.source,
        fields.tags,
        fields.visit_every,
    ];
    let used = use_customers().in_use();
    let words = |words: &BTreeSet<String>| words.iter().cloned().collect::<Vec<_>>();
    let (levels, regions, sources, known_tags) =
        (words(&used.levels), words(&used.regions), words(&used.sources), Signal::stored(words(&used.tags)));
    let reach = [fields.phones, fields.email, fields.website, fields.wechat, fields.line, fields.qq];
    let address = [fields.postal_code, fields.province, fields.city, fields.district, fields.address, fields.position];
    view! {
        <Group title=text(t::customers::group_reach) testid="group-reach" open=open(&reach)
            wrong=errors.any_of(&["phones", "email", "website", "wechat", "line", "qq"])>
            <Phones value=fields.phones error=errors.of("phones")/>
            <div class="form-pair">
                <Input name="email" label=text(t::customers::email) value=fields.email kind=InputKind::Email error=errors.of("email")/>
                <Input name="website" label=text(t::customers::website) value=fields.website kind=InputKind::Web error=errors.of("website")/>
            </div>
            <div class="form-pair">
                <Input name="wechat" label=text(t::customers::wechat) value=fields.wechat error=errors.of("wechat")/>
                <Input name="line" label=text(t::customers::line) value=fields.line error=errors.of("line")/>
                <Input name="qq" label=text(t::customers::qq) value=fields.qq error=errors.of("qq")/>
            </div>
        </Group>
        <Group title=text(t::customers::group_basic) testid="group-basic" open=open(&basic)
            wrong=errors.any_of(&["short_name", "aliases", "tax_id", "industry", "region", "level", "source", "tags", "visit_every"])>
            <div class="form-pair">
                <Input name="short_name" label=text(t::customers::short_name) value=fields.short_name
                    hint=text(t::customers::short_name_hint) error=errors.of("short_name")/>
                <Input name="tax_id" label=text(t::customers::tax_id) value=fields.tax_id
                    hint=text(t::customers::tax_id_hint) error=errors.of("tax_id")/>
            </div>
            <TagsInput name="aliases" label=text(t::customers::aliases) value=aliases hint=text(t::customers::aliases_hint) error=errors.of("aliases")/>
            <div class="form-pair narrow">
                <Input name="industry" label=text(t::customers::industry) value=fields.industry error=errors.of("industry")/>
                <Input name="region" label=text(t::customers::region) value=fields.region suggestions=regions error=errors.of("region")/>
                <Input name="level" label=text(t::customers::level) value=fields.level suggestions=levels error=errors.of("level")/>
                <Input name="source" label=text(t::customers::source) value=fields.source suggestions=sources error=errors.of("source")/>
                <Input name="visit_every" label=text(t::visits::every) value=fields.visit_every kind=InputKind::Number
                    hint=text(t::visits::every_hint) error=errors.of("visit_every")/>
            </div>
            <TagsInput name="tags" label=text(t::customers::tags) value=tags suggestions=known_tags error=errors.of("tags")/>
        </Group>
        <Group title=text(t::customers::group_address) testid="group-address" open=open(&address)
            wrong=errors.any_of(&["postal_code", "province", "city", "district", "address", "position"])>
            <AddressFields fields errors/>
            <Input name="position" label=text(t::visits::customer_position) value=fields.position
                hint=text(t::visits::customer_position_hint) error=errors.of("position")/>
        </Group>
        <Group title=text(t::customers::group_terms) testid="group-terms" open=open(&[fields.terms, fields.credit_limit])
            wrong=errors.any_of(&["payment_terms", "closing_day", "terms_days", "credit_limit"])>
            <TermsFields fields errors currency/>
        </Group>
        <Group title=text(t::customers::group_remark) testid="group-remark" open=open(&[fields.remark])
            wrong=errors.any_of(&["remark"])>
            <TextArea name="remark" label=text(t::customers::remark) value=fields.remark error=errors.of("remark")/>
        </Group>
    }
}

/// The entry of a new customer; one with nothing beside it is entered alone.
fn entered(enter: CustomerEnter) -> Action {
    match enter {
        CustomerEnter { customer, contact: None, next: None } => CustomerCreate { customer }.into(),
        enter => enter.into(),
    }
}
