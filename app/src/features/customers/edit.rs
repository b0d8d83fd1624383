//! A customer's form, for a new one and for one that is there.

use domain::{
    customer::{Customer, CustomerCreate, CustomerEdit, CustomerId},
    edit::Edit,
    mutation::Action,
    record::Record as _,
    value::clean,
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::{use_navigate, use_query_map};
use sync::device::Pending;

use super::{NotOnDevice, use_customer_id};
use crate::{
    data::{Data, draft::Draft, live, use_data},
    features::form::{
        DraftHint, Errors, FormButtons, Phones, email_of, overlaid, phone_lines, phones_of, use_correction,
    },
    i18n::t,
    layout::page::PageHeader,
    platform::time::spawn,
    ui::{
        field::Need,
        input::{Input, InputKind},
        language::{text, use_locale},
        tags::TagsInput,
        text_area::TextArea,
        toast::use_toasts,
    },
};

/// The form's fields.
#[derive(Clone, Copy)]
struct CustomerFields {
    name: RwSignal<String>,
    short_name: RwSignal<String>,
    phones: RwSignal<String>,
    email: RwSignal<String>,
    address: RwSignal<String>,
    level: RwSignal<String>,
    source: RwSignal<String>,
    tags: RwSignal<String>,
    remark: RwSignal<String>,
}

impl CustomerFields {
    fn of(customer: &Customer) -> Self {
        let field = |text: &str| RwSignal::new(text.to_owned());
        Self {
            name: field(&customer.name),
            short_name: field(&customer.short_name),
            phones: RwSignal::new(phone_lines(&customer.phones)),
            email: RwSignal::new(customer.email.as_ref().map(ToString::to_string).unwrap_or_default()),
            address: field(&customer.address),
            level: field(&customer.level),
            source: field(&customer.source),
            tags: RwSignal::new(customer.tags.iter().cloned().collect::<Vec<_>>().join("\n")),
            remark: field(&customer.remark),
        }
    }

    fn named(self) -> Vec<(&'static str, RwSignal<String>)> {
        vec![
            ("name", self.name),
            ("short_name", self.short_name),
            ("phones", self.phones),
            ("email", self.email),
            ("address", self.address),
            ("level", self.level),
            ("source", self.source),
            ("tags", self.tags),
            ("remark", self.remark),
        ]
    }

    /// Reads the form into a customer, or notes what is wrong.
    fn read(self, base: &Customer, errors: Errors) -> Option<Customer> {
        errors.clear();
        let text = |field: RwSignal<String>| field.with_untracked(|text| clean(text));
        let customer = Customer {
            name: text(self.name),
            short_name: text(self.short_name),
            phones: self.phones.with_untracked(|text| phones_of(errors, text)),
            email: self.email.with_untracked(|text| email_of(errors, text)),
            address: text(self.address),
            level: text(self.level),
            source: text(self.source),
            tags: self.tags.with_untracked(|tags| tags.lines().map(clean).filter(|tag| !tag.is_empty()).collect()),
            remark: text(self.remark),
            ..base.clone()
        };
        if let Err(error) = customer.validate() {
            errors.field(error);
        }
        (!errors.any()).then_some(customer)
    }
}

/// A new customer, or a refused new one to correct.
#[component]
pub fn CustomerNewPage() -> impl IntoView {
    let data = use_data();
    let correction = use_correction(data);
    let refused = correction.as_ref().and_then(|pending| match pending.action() {
        Some(Action::CustomerCreate(create)) => Some(create.customer),
        _ => None,
    });
    let asked = use_query_map().with_untracked(|query| query.get("name")).unwrap_or_default();
    let fresh = || Customer { owner: Some(data.user()), ..Customer::named(data.fresh(), &asked) };
    let customer = refused.unwrap_or_else(fresh);
    view! {
        <div class="page" data-testid="customer-new">
            <PageHeader title=text(t::customers::new) back="/customers"/>
            <div class="page-body">
                <CustomerForm shown=customer before=None correction/>
            </div>
        </div>
    }
}

/// A customer's form.
#[component]
pub fn CustomerEditPage() -> impl IntoView {
    let data = use_data();
    let id = use_customer_id();
    let correction = use_correction(data);
    let loaded = live(move || {
        let id = id.get();
        async move {
            match id {
                Some(id) => data.get::<Customer>(id).await,
                None => None,
            }
        }
    });
    // The form is drawn once: what comes meanwhile must not take away what is being typed.
    let first = Memo::new(move |before: Option<&Option<Option<Customer>>>| {
        let now = loaded.get();
        match before {
            Some(Some(Some(kept))) if id.get() == Some(kept.id) => Some(Some(kept.clone())),
            _ => now,
        }
    });
    let back = Signal::derive(move || id.get().map(|id| format!("/customers/{id}")).unwrap_or_default());
    view! {
        <div class="page" data-testid="customer-edit">
            <PageHeader title=text(t::customers::edit_title) back=back.get_untracked()/>
            <div class="page-body">
                {move || match first.get() {
                    None => ().into_any(),
                    Some(None) => view! { <NotOnDevice/> }.into_any(),
                    Some(Some(before)) => {
                        let shown = correction
                            .as_ref()
                            .and_then(|pending| corrected(pending, &before))
                            .unwrap_or_else(|| before.clone());
                        view! { <CustomerForm shown before=Some(before) correction=correction.clone()/> }.into_any()
                    }
                }}
            </div>
        </div>
    }
}

/// The customer as a refused edit wanted it.
fn corrected(pending: &Pending, before: &Customer) -> Option<Customer> {
    let Some(Action::CustomerEdit(edit)) = pending.action() else { return None };
    overlaid(&edit.0, before)
}

#[component]
fn CustomerForm(
    /// What the form starts with.
    shown: Customer,
    /// The customer as it is; none for a new one.
    before: Option<Customer>,
    correction: Option<Pending>,
) -> impl IntoView {
    let (data, toasts, navigate) = (use_data(), use_toasts(), use_navigate());
    let locale = use_locale();
    let fields = CustomerFields::of(&shown);
    let errors = Errors::new();
    let instead = correction.map(|pending| pending.entry.id);
    let name = match (&before, instead) {
        (_, Some(id)) => format!("correction/{id}"),
        (Some(before), None) => format!("customer/{}", before.id),
        (None, None) => "customer/new".to_owned(),
    };
    let draft = Draft::follow(data, name, fields.named());
    let tags = lines_as_list(fields.tags);
    let busy = RwSignal::new(false);
    let saved = text(t::common::saved_on_device);
    let cancel = match &before {
        Some(before) => format!("/customers/{}", before.id),
        None => "/customers".to_owned(),
    };
    let duplicate = Duplicate::watch(data, fields.name, shown.id);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(customer) = fields.read(&shown, errors) else { return errors.show_first() };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let (before, navigate) = (before.clone(), navigate.clone());
        spawn(async move {
            let id = customer.id;
            let done = save(data, before, customer, instead).await;
            busy.try_set(false);
            if done {
                draft.clear().await;
                toasts.show(saved);
                navigate(&format!("/customers/{id}"), Default::default());
            }
        });
    };
    view! {
        <form class="form column" on:submit=submit novalidate>
            <DraftHint draft/>
            <Input name="name" label=text(t::customers::name) value=fields.name need=Need::Required error=errors.of("name")/>
            {move || duplicate.get().map(|(id, name)| {
                view! {
                    <p class="small" data-testid="possible-duplicate">
                        <a href=format!("/customers/{id}")>{t::customers::possible_duplicate_of(locale.get(), &name)}</a>
                    </p>
                }
            })}
            <Input name="short_name" label=text(t::customers::short_name) value=fields.short_name
                hint=text(t::customers::short_name_hint) error=errors.of("short_name")/>
            <Phones value=fields.phones error=errors.of("phones")/>
            <Input name="email" label=text(t::customers::email) value=fields.email kind=InputKind::Email error=errors.of("email")/>
            <Input name="address" label=text(t::customers::address) value=fields.address error=errors.of("address")/>
            <div class="form-pair">
                <Input name="level" label=text(t::customers::level) value=fields.level error=errors.of("level")/>
                <Input name="source" label=text(t::customers::source) value=fields.source error=errors.of("source")/>
            </div>
            <TagsInput name="tags" label=text(t::customers::tags) value=tags error=errors.of("tags")/>
            <TextArea name="remark" label=text(t::customers::remark) value=fields.remark error=errors.of("remark")/>
            <FormButtons busy cancel/>
        </form>
    }
}

async fn save(data: Data, before: Option<Customer>, customer: Customer, instead: Option<uuid::Uuid>) -> bool {
    let about = customer.name.clone();
    let action = match &before {
        None => Action::from(CustomerCreate { customer }),
        Some(before) => match Edit::between(before, &customer) {
            Ok(edit) if edit.is_empty() && instead.is_none() => return true,
            Ok(edit) => CustomerEdit(edit).into(),
            Err(_) => return false,
        },
    };
    data.enter_instead(action, &about, instead).await.is_ok()
}

/// Shows lines as a list and takes its changes back.
fn lines_as_list(lines: RwSignal<String>) -> RwSignal<Vec<String>> {
    let split = |lines: &str| lines.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let list = RwSignal::new(lines.with_untracked(|lines| split(lines)));
    Effect::new(move || {
        let wanted = lines.with(|lines| split(lines));
        if list.with_untracked(|list| *list != wanted) {
            list.set(wanted);
        }
    });
    Effect::new(move || {
        let joined = list.with(|list| list.join("\n"));
        if lines.with_untracked(|lines| *lines != joined) {
            lines.set(joined);
        }
    });
    list
}

/// A customer of the same name that is here already.
struct Duplicate;

impl Duplicate {
    fn watch(data: Data, name: RwSignal<String>, own: CustomerId) -> Memo<Option<(uuid::Uuid, String)>> {
        use domain::{kind::Kind, search::fold, summary::customer_field};
        Memo::new(move |_| {
            let wanted = name.with(|name| fold(name.trim()));
            if wanted.is_empty() {
                return None;
            }
            let found = data.with(|store| {
                store.with_base(|base| {
                    let mut found = None;
                    base.scan(Kind::Customer, |id, text, hidden| {
                        let first = text.split(|byte| *byte == domain::search::SEPARATOR).next().unwrap_or_default();
                        if !hidden && id != own.uuid() && first == wanted.as_bytes() {
                            found = Some(id);
                        }
                    });
                    found
                })
            })?;
            let shown = data.with(|store| store.shown(domain::kind::RecordKey::new(Kind::Customer, found)))?;
            Some((found, shown.summary.field(customer_field::NAME).to_owned()))
        })
    }
}
