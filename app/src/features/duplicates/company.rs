//! The administrator's switch for what everybody knows of the whole company's customers, and what it takes.

use domain::fingerprints::{FingerprintsSwitch, FingerprintsTell, Tells};
use leptos::prelude::*;

use crate::{
    data::{live, use_data},
    i18n::{Key, t},
    platform::time::spawn,
    ui::{
        field::Need,
        language::{text, use_locale},
        select::{Choice, Select},
        toast::use_toasts,
    },
};

/// How much is told of a customer's owner.
pub fn tells_name(tells: Tells) -> Key {
    match tells {
        Tells::Nothing => t::fingerprints::tells_nothing,
        Tells::Department => t::fingerprints::tells_department,
        Tells::FamilyName => t::fingerprints::tells_family_name,
        Tells::Name => t::fingerprints::tells_name,
    }
}

/// The switch, with the size on each device.
#[component]
pub fn CompanyCheck() -> impl IntoView {
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
    let here = live(move || data.fingerprints_here());
    let on = move || here.get().is_some_and(|here| !here.keeping.off);
    let saved = text(t::common::saved_on_device);
    let toggle = move |_| {
        let wanted = !on();
        spawn(async move {
            let about = t::fingerprints::title(locale.get_untracked());
            // A failure is told by the banner of the storage.
            if data.enter(FingerprintsSwitch { on: wanted }, about).await.is_ok() {
                toasts.show(saved);
            }
        });
    };
    let size = move || {
        let here = here.get()?;
        let customers = u64::try_from(here.customers).ok().filter(|customers| *customers > 0)?;
        let bytes = u64::try_from(here.bytes).ok()?;
        let kilobytes = bytes.div_ceil(1024);
        Some(t::fingerprints::size(locale.get(), &(bytes / customers).to_string(), &kilobytes.to_string(), customers))
    };
    let chosen = RwSignal::new(String::new());
    let stored = Memo::new(move |_| here.get().map(|here| here.keeping.tells));
    Effect::new(move || {
        if let Some(tells) = stored.get() {
            chosen.set(tells.name().to_owned());
        }
    });
    Effect::new(move || {
        let wanted = chosen.with(|chosen| Tells::ALL.into_iter().find(|tells| tells.name() == chosen));
        let Some(tells) = wanted.filter(|wanted| stored.get_untracked().is_some_and(|stored| stored != *wanted)) else {
            return;
        };
        spawn(async move {
            let about = t::fingerprints::tells(locale.get_untracked());
            if data.enter(FingerprintsTell { tells }, about).await.is_ok() {
                toasts.show(saved);
            }
        });
    });
    let choices = Signal::derive(move || {
        Tells::ALL.map(|tells| Choice::new(tells.name().to_owned(), tells_name(tells)(locale.get()))).to_vec()
    });
    view! {
        <div class="stack" data-testid="company-check">
            <h3>{text(t::fingerprints::title)}</h3>
            <p class="muted small">{text(t::fingerprints::explained)}</p>
            <label class="check">
                <input type="checkbox" data-testid="company-check-on" prop:checked=on on:change=toggle/>
                <span>{text(t::fingerprints::switch)}</span>
            </label>
            <p class="muted small figures" data-testid="company-check-size">{size}</p>
            <Select name="company-check-tells" label=text(t::fingerprints::tells) value=chosen choices need=Need::Required hint=text(t::fingerprints::tells_hint)/>
        </div>
    }
}
