//! A contact's form, for a new one and for one that is there.

use domain::{
    contact::{Contact, ContactBin, ContactCreate, ContactEdit, ContactId, DecisionRole},
    kind::{Kind, RecordKey},
    mutation::Action,
    record::Record as _,
    value::{Birthday, Email, clean},
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::{use_navigate, use_params_map};
use sync::device::Pending;
use uuid::Uuid;

use super::{
    attachments::choose::AttachField,
    customers::{NotOnDevice, use_customer_id},
    entry_form::{EntryForm, Said},
    form::{DraftHint, Errors, FormButtons, Phones, overlaid, phone_lines, phones_of, use_correction},
    history::LastChange,
    own_fields::{OwnGroup, OwnInputs},
};
use crate::{
    data::{live, use_data},
    i18n::{fields::decision_role_name, t},
    layout::page::PageHeader,
    platform::time::spawn,
    ui::{
        button::{Button, Tone},
        confirm::Confirm,
        field::Need,
        input::{Input, InputKind},
        language::{text, use_locale},
        select::{Choice, Select},
        text_area::TextArea,
        toast::use_toasts,
    },
};

/// The form's fields.
#[derive(Clone, Copy)]
struct ContactFields {
    name: RwSignal<String>,
    title: RwSignal<String>,
    role: RwSignal<String>,
    phones: RwSignal<String>,
    email: RwSignal<String>,
    wechat: RwSignal<String>,
    line: RwSignal<String>,
    qq: RwSignal<String>,
    birthday: RwSignal<String>,
    remark: RwSignal<String>,
}

impl ContactFields {
    fn of(contact: &Contact) -> Self {
        let field = |text: &str| RwSignal::new(text.to_owned());
        Self {
            name: field(&contact.name),
            title: field(&contact.title),
            role: field(contact.role.map_or("", DecisionRole::name)),
            phones: RwSignal::new(phone_lines(&contact.phones)),
            email: RwSignal::new(contact.email.as_ref().map(ToString::to_string).unwrap_or_default()),
            wechat: field(&contact.wechat),
            line: field(&contact.line),
            qq: field(&contact.qq),
            birthday: field(&contact.birthday.map(birthday_field).unwrap_or_default()),
            remark: field(&contact.remark),
        }
    }

    fn named(self) -> Vec<(&'static str, RwSignal<String>)> {
        vec![
            ("name", self.name),
            ("title", self.title),
            ("role", self.role),
            ("phones", self.phones),
            ("email", self.email),
            ("wechat", self.wechat),
            ("line", self.line),
            ("qq", self.qq),
            ("birthday", self.birthday),
            ("remark", self.remark),
        ]
    }

    fn read(self, base: &Contact, own: OwnInputs, errors: Errors) -> Option<Contact> {
        let text = |field: RwSignal<String>| field.with_untracked(|text| clean(text));
        let contact = Contact {
            name: text(self.name),
            title: text(self.title),
            role: self.role.with_untracked(|name| DecisionRole::parse(name)),
            phones: self.phones.with_untracked(|text| phones_of(errors, "phones", text)),
            email: errors.parsed_if_any("email", self.email, Email::parse),
            wechat: text(self.wechat),
            line: text(self.line),
            qq: text(self.qq),
            birthday: errors.parsed_if_any("birthday", self.birthday, Birthday::parse),
            remark: text(self.remark),
            own: own.read(&base.own, errors),
            ..base.clone()
        };
        if let Err(error) = contact.validate() {
            errors.field(error);
        }
        (!errors.any()).then_some(contact)
    }
}

/// A birthday as people write it: the form without a year is nobody's handwriting.
fn birthday_field(birthday: Birthday) -> String {
    let (month, day) = birthday.month_and_day();
    match birthday.year() {
        Some(year) => format!("{year}/{month}/{day}"),
        None => format!("{month}/{day}"),
    }
}

/// A new contact, or a refused new one to correct.
#[component]
pub fn ContactNewPage() -> impl IntoView {
    let (data, id) = (use_data(), use_customer_id());
    let correction = use_correction(data);
    move || {
        id.get().map(|customer| {
            let refused = correction.as_ref().and_then(|pending| match pending.action() {
                Some(Action::ContactCreate(create)) => Some(create.contact),
                _ => None,
            });
            let shown = refused.unwrap_or_else(|| Contact::named(data.fresh(), customer, ""));
            view! {
                <div class="page" data-testid="contact-new-page">
                    <PageHeader title=text(t::contacts::new) back=format!("/customers/{customer}")/>
                    <div class="page-body">
                        <ContactForm shown before=None correction=correction.clone()/>
                    </div>
                </div>
            }
        })
    }
}

/// A contact's form.
#[component]
pub fn ContactEditPage() -> impl IntoView {
    let (data, customer, params) = (use_data(), use_customer_id(), use_params_map());
    let correction = use_correction(data);
    let id = Memo::new(move |_| {
        let id = params.with(|params| params.get("contact"))?;
        Uuid::try_parse(&id).ok().map(ContactId::new)
    });
    let loaded = live(move || {
        let id = id.get();
        async move {
            match id {
                Some(id) => data.get::<Contact>(id).await,
                None => None,
            }
        }
    });
    // The form is drawn once: what comes meanwhile must not take away what is being typed.
    let first = Memo::new(move |before: Option<&Option<Option<Contact>>>| match before {
        Some(Some(Some(kept))) if id.get() == Some(kept.id) => Some(Some(kept.clone())),
        _ => loaded.get(),
    });
    let back = customer.get_untracked().map(|id| format!("/customers/{id}")).unwrap_or_default();
    let delete = text(t::common::delete);
    view! {
        <div class="page" data-testid="contact-edit-page">
            <PageHeader title=text(t::contacts::edit_title) back=back/>
            <div class="page-body">
                {move || match first.get() {
                    None => ().into_any(),
                    Some(None) => view! { <NotOnDevice/> }.into_any(),
                    Some(Some(before)) => {
                        let wanted = correction.as_ref().and_then(|pending| match pending.action() {
                            Some(Action::ContactEdit(edit)) => overlaid(&edit.0, &before),
                            _ => None,
                        });
                        let shown = wanted.unwrap_or_else(|| before.clone());
                        view! {
                            <ContactForm shown before=Some(before.clone()) correction=correction.clone()/>
                            <DeleteContact contact=before label=delete/>
                        }
                        .into_any()
                    }
                }}
            </div>
        </div>
    }
}

#[component]
fn DeleteContact(contact: Contact, label: impl Fn() -> &'static str + Copy + Send + Sync + 'static) -> impl IntoView {
    let (data, locale, toasts, navigate) = (use_data(), use_locale(), use_toasts(), use_navigate());
    let asking = RwSignal::new(false);
    let name = contact.name.clone();
    let deleted = text(t::common::deleted);
    let (id, customer) = (contact.id, contact.customer);
    let stamp = Signal::stored(contact.unknown.stamp.clone());
    let bin = Callback::new(move |()| {
        let navigate = navigate.clone();
        spawn(async move {
            let about = data.customer_name(customer);
            if data.enter(ContactBin { id, binned: true }, &about).await.is_err() {
                return;
            }
            let undo = Callback::new(move |()| {
                spawn(async move {
                    // A failure shows as a banner; the contact stays in the recycle bin.
                    drop(data.enter(ContactBin { id, binned: false }, &data.customer_name(customer)).await);
                });
            });
            toasts.show_with_undo(deleted, undo);
            navigate(&format!("/customers/{customer}"), Default::default());
        });
    });
    view! {
        <LastChange key=RecordKey::new(Kind::Contact, id.uuid()) customer stamp/>
        <div class="form-foot">
            <Button label testid="contact-delete" tone=Tone::Danger on_press=Callback::new(move |()| asking.set(true))/>
        </div>
        <Confirm
            open=asking
            title=move || t::contacts::delete_title(locale.get(), &name)
            question=text(t::contacts::delete_text)
            yes=label
            on_yes=bin
        />
    }
}

#[component]
fn ContactForm(shown: Contact, before: Option<Contact>, correction: Option<Pending>) -> impl IntoView {
    let (data, toasts, navigate) = (use_data(), use_toasts(), use_navigate());
    let fields = ContactFields::of(&shown);
    let (own, new) = (OwnInputs::of(Kind::Contact, &shown.own), before.is_none());
    let name = match &before {
        Some(before) => format!("contact/{}", before.id),
        None => format!("contact/new/{}", shown.customer),
    };
    let named = fields.named().into_iter().chain([own.named()]).collect();
    let form = EntryForm::follow(data, name, named, correction.as_ref());
    let (errors, saved) = (form.errors, text(t::common::saved_on_device));
    let customer = shown.customer;
    let locale = use_locale();
    let roles = Signal::derive(move || {
        let choice = |role: DecisionRole| Choice::new(role.name(), decision_role_name(role)(locale.get()));
        DecisionRole::ALL.map(choice).to_vec()
    });
    let submit = move |event: SubmitEvent| {
        let read = |errors| {
            let contact = fields.read(&shown, own, errors)?;
            let on = RecordKey::new(Kind::Contact, contact.id.uuid());
            let action = match &before {
                None => Some(Action::from(ContactCreate { contact })),
                Some(before) => form.edit(before, &contact).ok()?.map(|edit| ContactEdit(edit).into()),
            };
            let (actions, about) = (action.into_iter().collect(), data.customer_name(customer));
            Some(Said { actions, about, attach_to: Some((customer, on)) })
        };
        let navigate = navigate.clone();
        form.submit(&event, read, move || {
            toasts.show(saved);
            navigate(&format!("/customers/{customer}"), Default::default());
        });
    };
    view! {
        <form class="form column" on:submit=submit novalidate>
            <DraftHint draft=form.draft/>
            <div class="form-pair">
                <Input name="name" label=text(t::contacts::name) value=fields.name need=Need::Required error=errors.of("name")/>
                <Input name="title" label=text(t::contacts::job_title) value=fields.title error=errors.of("title")/>
            </div>
            <Phones value=fields.phones error=errors.of("phones")/>
            <Input name="email" label=text(t::contacts::email) value=fields.email kind=InputKind::Email error=errors.of("email")/>
            <div class="form-pair">
                <Input name="wechat" label=text(t::contacts::wechat) value=fields.wechat error=errors.of("wechat")/>
                <Input name="line" label=text(t::contacts::line) value=fields.line error=errors.of("line")/>
                <Input name="qq" label=text(t::contacts::qq) value=fields.qq error=errors.of("qq")/>
            </div>
            <div class="form-pair">
                <Select name="role" label=text(t::contacts::role) value=fields.role choices=roles error=errors.of("role")/>
                <Input name="birthday" label=text(t::contacts::birthday) value=fields.birthday hint=text(t::contacts::birthday_hint) error=errors.of("birthday")/>
            </div>
            <OwnGroup own errors new/>
            <TextArea name="remark" label=text(t::contacts::remark) value=fields.remark error=errors.of("remark")/>
            <AttachField choice=form.attached/>
            <FormButtons busy=form.busy cancel=format!("/customers/{customer}")/>
        </form>
    }
}
