//! What a person chooses for this browser, and what it holds.

use leptos::prelude::*;
use web_sys::window;

use crate::{
    data::{Data, Store, known, people::live_people, person, pin, use_data},
    features::{
        archive::CompanyArchive,
        duplicates::CompanyCheck,
        next_actions::Reminders,
        session::account::{PasswordButton, PinButtons},
        today::SilentAfterForm,
    },
    i18n::{Locale, t},
    layout::page::PageHeader,
    online,
    platform::{js, notify, time::spawn},
    store,
    ui::{
        button::{Button, ButtonLink, Tone},
        confirm::Confirm,
        icon::Icon,
        language::{text, use_locale, use_set_locale, words},
        segmented::{Segment, Segmented},
        theme::{Theme, use_theme},
    },
};

/// The settings page.
#[component]
pub fn SettingsPage() -> impl IntoView {
    view! {
        <div class="page" data-testid="settings">
            <PageHeader title=text(t::settings::title)/>
            <div class="page-body">
                <div class="column settings-cards">
                    <Account/>
                    <Company/>
                    <section class="card settings-card">
                        <h2>{text(t::settings::appearance)}</h2>
                        <LanguageChoice/>
                        <ThemeChoice/>
                    </section>
                    <Reminders/>
                    <Device/>
                    <p class="muted small">
                        {words(|locale| t::settings::version(locale, env!("CARGO_PKG_VERSION")))} " · "
                        {text(t::settings::licence)} " · "
                        <a href="/notices.txt" rel="external" data-testid="third-party-notices">{text(t::settings::notices)}</a>
                    </p>
                </div>
            </div>
        </div>
    }
}

/// What holds for the whole company; an administrator finds it here.
#[component]
fn Company() -> impl IntoView {
    let data = use_data();
    let people = live_people(data, use_locale());
    let administers = Memo::new(move |_| people.with(|people| people.administers(data.user())));
    let (title, own) = (text(t::settings::company), text(t::own_fields::title));
    move || {
        administers.get().then(|| {
            view! {
                <section class="card settings-card">
                    <h2>{title}</h2>
                    <p class="muted">{text(t::own_fields::intro)}</p>
                    <div class="button-row">
                        <ButtonLink href="/own-fields" label=own testid="settings-own-fields" icon=Icon::FileText/>
                    </div>
                    <SilentAfterForm/>
                    <CompanyCheck/>
                    <CompanyArchive/>
                </section>
            }
        })
    }
}

/// Leaves the page for its beginning: nothing of this person stays in memory.
fn start_over() {
    notify::badge(0);
    if let Some(window) = window() {
        // It fails only where the page is going away already.
        drop(window.location().replace("/"));
    }
}

fn unsent(data: Data) -> u64 {
    u64::from(data.with(Store::unsent).max(data.with(|store| u32::try_from(store.outbox().len()).unwrap_or(u32::MAX))))
}

/// Who is signed in.
#[component]
fn Account() -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let person = data.inner().person.clone();
    let asking = RwSignal::new(false);
    let sign_out = Callback::new(move |()| {
        spawn(async move {
            person::sign_out().await;
            // With no network the session is ended at the next start.
            if online::session::sign_out().await.is_ok() {
                person::signed_out();
            }
            start_over();
        });
    });
    let question = move || {
        data.version.track();
        match unsent(data) {
            0 => t::session::sign_out_clean(locale.get()).to_owned(),
            unsent => t::session::sign_out_unsent(locale.get(), unsent),
        }
    };
    let name = person.name;
    view! {
        <section class="card settings-card">
            <h2>{text(t::settings::account)}</h2>
            <p data-testid="signed-in-as">
                {move || t::session::signed_in_as(locale.get(), &name)}
                <span class="muted">" · " {person.organisation_name}</span>
            </p>
            <div class="button-row">
                <PasswordButton/>
                <PinButtons/>
                <Button label=text(t::session::sign_out) testid="sign-out" icon=Icon::LogOut on_press=Callback::new(move |()| asking.set(true))/>
            </div>
            <p class="muted small">{text(t::session::pin_text)}</p>
            <Confirm
                open=asking
                title=text(t::session::sign_out_title)
                question
                yes=text(t::session::sign_out)
                tone=Tone::Primary
                on_yes=sign_out
            />
        </section>
    }
}

/// What the browser says about its storage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Storage {
    used: f64,
    available: f64,
    persisted: bool,
}

async fn storage() -> Option<Storage> {
    let storage = js::get(&window()?.navigator(), "storage");
    let estimate = js::call_async(&storage, "estimate", &[]).await.ok()?;
    let persisted = js::call_async(&storage, "persisted", &[]).await.ok()?;
    let number = |name: &str| js::get(&estimate, name).as_f64().unwrap_or_default();
    Some(Storage { used: number("usage"), available: number("quota"), persisted: persisted.is_truthy() })
}

/// Writes bytes in the unit that fits.
fn bytes(bytes: f64) -> String {
    match bytes {
        _ if bytes >= 1e9 => format!("{:.1} GB", bytes / 1e9),
        _ if bytes >= 1e6 => format!("{:.1} MB", bytes / 1e6),
        _ => format!("{:.0} kB", bytes / 1e3),
    }
}

/// What lies on this device, and how it is removed.
#[component]
fn Device() -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let found = RwSignal::new(None);
    let look = move || {
        spawn(async move {
            found.try_set(storage().await);
        });
    };
    look();
    let persist = Callback::new(move |()| {
        spawn(async move {
            if let Some(window) = window() {
                let storage = js::get(&window.navigator(), "storage");
                // What the browser answered is read anew.
                drop(js::call_async(&storage, "persist", &[]).await);
            }
            look();
        });
    });
    let records = move || {
        data.version.track();
        let count = data.with(|store| store.with_base(::sync::device::Base::len));
        t::settings::records_here(locale.get(), count as u64)
    };
    let used = move || {
        found.get().map(|storage| t::storage::used(locale.get(), &bytes(storage.available), &bytes(storage.used)))
    };
    let asking = RwSignal::new(false);
    let wipe = Callback::new(move |()| {
        spawn(async move {
            let database = data.inner().person.database();
            if store::erase(&database).await.is_ok() {
                known::forget(&database);
                pin::remove(&data.inner().person);
                data.inner().person.forget();
                person::sign_out().await;
                if online::session::sign_out().await.is_ok() {
                    person::signed_out();
                }
                start_over();
            }
        });
    });
    let question = move || {
        data.version.track();
        match unsent(data) {
            0 => t::settings::wipe_text(locale.get()).to_owned(),
            unsent => t::settings::wipe_unsent(locale.get(), unsent),
        }
    };
    let (granted, denied, allow, ask_text) = (
        text(t::storage::persist_granted),
        text(t::storage::persist_text),
        text(t::storage::persist_allow),
        text(t::storage::persist_ask),
    );
    view! {
        <section class="card settings-card">
            <h2>{text(t::settings::device)}</h2>
            <p data-testid="device-records">{records}</p>
            <p class="muted figures" data-testid="device-storage">{used}</p>
            {move || match found.get().map(|storage| storage.persisted) {
                None => ().into_any(),
                Some(true) => view! { <p class="muted" data-testid="device-persisted">{granted}</p> }.into_any(),
                Some(false) => view! {
                    <div class="stack" data-testid="device-not-persisted">
                        <p>{ask_text}</p>
                        <p class="muted small">{denied}</p>
                        <div><Button label=allow testid="device-persist" on_press=persist/></div>
                    </div>
                }
                .into_any(),
            }}
            <div class="button-row">
                <ButtonLink href="/outbox" label=text(t::outbox::export) testid="settings-export" icon=Icon::Download/>
                <Button label=text(t::settings::wipe) testid="wipe" tone=Tone::Danger icon=Icon::Trash on_press=Callback::new(move |()| asking.set(true))/>
            </div>
            <Confirm open=asking title=text(t::settings::wipe) question yes=text(t::settings::wipe) on_yes=wipe/>
        </section>
    }
}

/// Chooses the language; each is named in itself.
#[component]
pub fn LanguageChoice() -> impl IntoView {
    let set_locale = use_set_locale();
    let segments = Locale::ALL
        .into_iter()
        .map(|locale| Segment {
            value: locale,
            label: locale.own_name().into(),
            testid: match locale {
                Locale::ZhHant => "language-zh-Hant",
                Locale::ZhHans => "language-zh-Hans",
                Locale::En => "language-en",
            },
        })
        .collect();
    view! {
        <Segmented
            label=text(t::settings::language)
            value=use_locale()
            on_choose=Callback::new(set_locale)
            segments
        />
    }
}

#[component]
fn ThemeChoice() -> impl IntoView {
    let theme = use_theme();
    let segments = vec![
        Segment { value: Theme::System, label: text(t::settings::theme_system).into(), testid: "theme-system" },
        Segment { value: Theme::Light, label: text(t::settings::theme_light).into(), testid: "theme-light" },
        Segment { value: Theme::Dark, label: text(t::settings::theme_dark).into(), testid: "theme-dark" },
    ];
    view! {
        <Segmented
            label=text(t::settings::theme)
            value=theme
            on_choose=Callback::new(move |chosen| theme.set(chosen))
            segments
        />
    }
}
