//! The first start: an organisation and its administrator.

use domain::{
    organisation::{Organisation, Region},
    value::{Currency, required},
};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{Brand, join::new_password, submit};
use crate::{
    data::person,
    features::{
        form::Errors,
        online_form::{NotDone, OnlineForm},
        settings::LanguageChoice,
    },
    i18n::{Locale, t},
    layout::page::name_window,
    online::set_up::{SetUpOrganisation, set_up, set_up_demo},
    platform::{js, zone},
    ui::{
        button::{Button, Tone},
        field::Need,
        input::{Input, InputKind},
        language::{text, use_locale},
        select::{Choice, Select},
    },
};

const CURRENCIES: [(&str, Currency); 6] = [
    ("TWD", Currency::Twd),
    ("CNY", Currency::Cny),
    ("HKD", Currency::Hkd),
    ("USD", Currency::Usd),
    ("EUR", Currency::Eur),
    ("JPY", Currency::Jpy),
];

/// Where a zone lies, if its conventions are known.
fn region_of(zone: &str) -> Option<Region> {
    Region::ALL.into_iter().find(|region| region.time_zone() == zone)
}

/// Every zone that the browser knows.
fn zones(own: &str) -> Vec<Choice> {
    let intl = js::get(&js_sys::global(), "Intl");
    let known = js::call(&intl, "supportedValuesOf", &["timeZone".into()]).unwrap_or_default();
    let mut zones: Vec<String> = js_sys::Array::from(&known).iter().filter_map(|zone| zone.as_string()).collect();
    if !zones.iter().any(|zone| zone == own) {
        zones.insert(0, own.to_owned());
    }
    zones.into_iter().map(|zone| Choice::new(zone.clone(), zone)).collect()
}

/// Asks for company and administrator; whoever answers is signed in.
#[component]
pub fn FirstStartPage() -> impl IntoView {
    name_window(text(t::session::first_title));
    let locale = use_locale();
    let field = || RwSignal::new(String::new());
    let (company, name, sign_in, password, repeated) = (field(), field(), field(), field(), field());
    // Most companies set their server up where they are.
    let own = zone::own();
    let zone_choices = zones(&own);
    let region = RwSignal::new(region_of(&own).map(|region| region.code().to_owned()).unwrap_or_default());
    let zone = RwSignal::new(own);
    let currency = RwSignal::new(match locale.get_untracked() {
        Locale::ZhHant => "TWD".to_owned(),
        Locale::ZhHans => "CNY".to_owned(),
        Locale::En => "USD".to_owned(),
    });
    // What a region brings can still be chosen otherwise.
    Effect::new(move || {
        if let Some(region) = region.with(|code| Region::parse(code)) {
            zone.set(region.time_zone().to_owned());
            let code = CURRENCIES.iter().find(|(_, currency)| *currency == region.currency());
            currency.set(code.map(|(code, _)| (*code).to_owned()).unwrap_or_default());
        }
    });
    let regions = Signal::derive(move || {
        let locale = locale.get();
        let name = |region| match region {
            Region::Tw => t::organisation::region_tw(locale),
            Region::Cn => t::organisation::region_cn(locale),
            Region::Hk => t::organisation::region_hk(locale),
        };
        let mut choices: Vec<_> = Region::ALL.into_iter().map(|it| Choice::new(it.code(), name(it))).collect();
        choices.push(Choice::new("", t::organisation::region_other(locale)));
        choices
    });
    let currencies: Vec<Choice> = CURRENCIES.iter().map(|(code, _)| Choice::new(*code, *code)).collect();
    let form = OnlineForm::entrance();
    let (errors, busy) = (form.errors, form.busy);
    let check = move |errors: Errors| {
        // The server would call it by the name of the person's field.
        if let Err(error) = company.with_untracked(|company| required("company", company, Organisation::NAME_MOST)) {
            errors.field(error);
        }
        for (field, value) in [("name", name), ("sign_in", sign_in)] {
            errors.require(field, &value.get_untracked());
        }
        new_password(errors, password, repeated);
    };
    let ask = move || {
        let code = currency.get_untracked();
        let organisation = SetUpOrganisation {
            name: company.get_untracked().trim().to_owned(),
            language: locale.get_untracked().tag().to_owned(),
            region: region.with_untracked(|code| Region::parse(code)),
            time_zone: Some(zone.get_untracked()),
            currency: CURRENCIES.iter().find(|(other, _)| *other == code).map(|(_, found)| *found),
        };
        let (name, sign_in) = (name.get_untracked().trim().to_owned(), sign_in.get_untracked().trim().to_owned());
        set_up(organisation, name, sign_in, password.get_untracked(), Some(person::device()))
    };
    let submit = move |event: SubmitEvent| submit(form, &event, check, ask);
    view! {
        <main class="session">
            <div class="session-panel" data-testid="first-start">
                <Brand/>
                <div>
                    <h2>{text(t::session::first_title)}</h2>
                    <p class="muted">{text(t::session::first_text)}</p>
                </div>
                <LanguageChoice/>
                <form class="form" on:submit=submit novalidate>
                    <Input name="company" label=text(t::session::organisation_name) value=company need=Need::Required
                        hint=text(t::session::organisation_name_hint) error=errors.of("company")/>
                    <Select name="region" label=text(t::organisation::region) value=region choices=regions need=Need::Required
                        hint=text(t::organisation::region_hint)/>
                    <div class="form-pair">
                        <Select name="time_zone" label=text(t::session::time_zone) value=zone choices=zone_choices need=Need::Required error=errors.of("time_zone")/>
                        <Select name="currency" label=text(t::organisation::currency) value=currency choices=currencies need=Need::Required/>
                    </div>
                    <Input name="name" label=text(t::session::administrator_name) value=name need=Need::Required
                        autocomplete="name" error=errors.of("name")/>
                    <Input name="sign_in" label=text(t::session::administrator_sign_in_name) value=sign_in kind=InputKind::Email
                        need=Need::Required autocomplete="username" hint=text(t::session::sign_in_name_hint) error=errors.of("sign_in")/>
                    <Input name="password" label=text(t::session::new_password) value=password kind=InputKind::Password
                        need=Need::Required autocomplete="new-password" hint=text(t::session::new_password_hint) error=errors.of("password")/>
                    <Input name="repeated" label=text(t::session::repeat_password) value=repeated kind=InputKind::Password
                        need=Need::Required autocomplete="new-password" error=errors.of("repeated")/>
                    <NotDone form/>
                    <Button label=text(t::session::start) testid="set-up" tone=Tone::Primary disabled=busy/>
                </form>
                <DemoOffer/>
            </div>
        </main>
    }
}

/// A company to look around in, for those who do not begin in earnest.
#[component]
fn DemoOffer() -> impl IntoView {
    let locale = use_locale();
    let open = RwSignal::new(false);
    let password = RwSignal::new(String::new());
    let form = OnlineForm::entrance();
    let (errors, busy) = (form.errors, form.busy);
    let check = move |errors: Errors| new_password(errors, password, password);
    let ask =
        move || set_up_demo(locale.get_untracked().tag().to_owned(), password.get_untracked(), Some(person::device()));
    let submit = move |event: SubmitEvent| submit(form, &event, check, ask);
    let label = move || match busy.get() {
        true => t::session::demo_making(locale.get()),
        false => t::session::demo_start(locale.get()),
    };
    let offer = Callback::new(move |()| open.set(true));
    view! {
        <section class="card padded stack" data-testid="demo">
            <h2>{text(t::session::demo)}</h2>
            <p class="muted">{text(t::session::demo_text)}</p>
            <Show
                when=move || open.get()
                fallback=move || view! { <div><Button label=text(t::session::demo) testid="demo-offer" on_press=offer/></div> }
            >
                <form class="form" on:submit=submit novalidate>
                    <Input name="password" label=text(t::session::demo_password) value=password kind=InputKind::Password
                        need=Need::Required autocomplete="new-password" hint=text(t::session::demo_password_hint) error=errors.of("password")/>
                    <NotDone form/>
                    <Button label testid="demo-start" disabled=busy/>
                </form>
            </Show>
        </section>
    }
}
