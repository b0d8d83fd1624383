//! What is amiss, above every page: each in words, with what to do.

use leptos::prelude::*;
use sync::device::{KvError, Stance};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::window;

use super::reached::ReachedNotice;
use crate::{
    data::{CLOCK_OFF_MS, Failure, known, person::Person, use_data},
    i18n::t,
    platform::{intl, js, time::spawn},
    ui::{
        banner::{Banner, BannerTone},
        button::{Button, ButtonLink, Tone},
        language::{text, use_locale, words},
    },
};

/// Unsent work is warned of when it is older; ms.
const OLD_UNSENT_MS: i64 = 3 * 24 * 3600 * 1000;

/// The banners that apply.
#[component]
pub fn Notices() -> impl IntoView {
    view! {
        <div class="notices">
            <StorageNotice/>
            <SessionNotice/>
            <EvictedNotice/>
            <OldUnsentNotice/>
            <ClockNotice/>
            <UpdateNotice/>
            <FirstSyncNotice/>
            <ReachedNotice/>
        </div>
    }
}

#[component]
fn StorageNotice() -> impl IntoView {
    let data = use_data();
    let locale = use_locale();
    let unsent = move || u64::from(data.status.with(|status| status.unsent));
    let (again, export) = (text(t::common::reload), text(t::outbox::export));
    move || {
        if data.trouble.blocked.get() {
            let (title, explanation) = (text(t::storage::blocked_upgrade), text(t::storage::blocked_upgrade_text));
            return view! { <Banner tone=BannerTone::Due title explanation testid="notice-blocked"/> }.into_any();
        }
        let late = BannerTone::Late;
        match data.trouble.storage.get() {
            None => ().into_any(),
            Some(Failure { error: KvError::Quota, .. }) => {
                let (title, explanation) = (text(t::storage::quota_full), text(t::storage::quota_full_text));
                view! { <Banner tone=late title explanation testid="notice-quota"/> }.into_any()
            }
            Some(Failure { error: KvError::LaterBuild, .. }) => {
                let (title, explanation) = (text(t::storage::later_build), text(t::storage::later_build_text));
                view! {
                    <Banner tone=late title explanation testid="notice-later-build">
                        <Button label=again testid="later-build-reload" on_press=Callback::new(|()| update())/>
                    </Banner>
                }
                .into_any()
            }
            Some(Failure { error: KvError::Cleared, .. }) => {
                let explanation = move || match unsent() {
                    0 => t::storage::cleared_text(locale.get()).to_owned(),
                    unsent => t::storage::cleared_unsent(locale.get(), unsent),
                };
                view! {
                    <Banner tone=late title=text(t::storage::cleared) explanation testid="notice-cleared">
                        <ButtonLink href="/outbox" label=export testid="cleared-export"/>
                    </Banner>
                }
                .into_any()
            }
            Some(Failure { entering: false, .. }) => {
                let (title, explanation) = (text(t::storage::unreadable), text(t::storage::unreadable_text));
                view! { <Banner tone=late title explanation testid="notice-unreadable"/> }.into_any()
            }
            Some(_) => {
                let (title, explanation) = (text(t::storage::not_saved), text(t::storage::not_saved_text));
                view! { <Banner tone=late title explanation testid="notice-not-saved"/> }.into_any()
            }
        }
    }
}

#[component]
fn SessionNotice() -> impl IntoView {
    let data = use_data();
    let locale = use_locale();
    let unsent = move || u64::from(data.status.with(|status| status.unsent));
    let sign_in = text(t::session::sign_in);
    let other_text = text(t::storage::other_person_text);
    move || {
        match data.trouble.stance.get() {
        Stance::Fine => ().into_any(),
        Stance::Outdated => view! {
            <Banner tone=BannerTone::Late title=move || t::sync::update_required(locale.get()) testid="notice-outdated">
                <Button label=move || t::sync::update_reload(locale.get()) testid="outdated-update" on_press=Callback::new(|()| update())/>
            </Banner>
        }
        .into_any(),
        Stance::SignedOut => {
            let other = Person::last().filter(|last| last.identity() != data.inner().person.identity());
            match other {
                Some(other) => view! {
                    <Banner
                        tone=BannerTone::Late
                        title=move || t::storage::other_person(locale.get(), &other.name)
                        explanation=other_text
                        testid="notice-other-person"
                    >
                        <ButtonLink href="/sign-in" label=sign_in testid="notice-sign-in" tone=Tone::Primary/>
                    </Banner>
                }
                .into_any(),
                None => view! {
                    <Banner
                        tone=BannerTone::Late
                        title=move || t::storage::session_expired(locale.get())
                        explanation=move || t::storage::session_expired_text(locale.get(), unsent())
                        testid="notice-signed-out"
                    >
                        <ButtonLink href="/sign-in" label=sign_in testid="notice-sign-in" tone=Tone::Primary/>
                    </Banner>
                }
                .into_any(),
            }
        }
    }
    }
}

#[component]
fn EvictedNotice() -> impl IntoView {
    let data = use_data();
    let evicted = data.trouble.evicted;
    let locale = use_locale();
    let close = text(t::common::close);
    let seen = Callback::new(move |()| {
        known::loss_seen(&data.inner().person.database());
        evicted.set(None);
    });
    move || {
        evicted.get().map(|report| {
            let explanation = move || match report.unsent {
                0 => t::storage::evicted_nothing_lost(locale.get()).to_owned(),
                unsent => {
                    let when = intl::moment(locale.get(), report.at, intl::now_ms());
                    t::storage::evicted_lost(locale.get(), unsent.into(), &when)
                }
            };
            view! {
                <Banner tone=BannerTone::Late title=move || t::storage::evicted(locale.get()) explanation testid="notice-evicted">
                    <Button label=close testid="evicted-close" on_press=seen/>
                </Banner>
            }
        })
    }
}

/// What waits for long may be cleared by a browser before it is sent.
#[component]
fn OldUnsentNotice() -> impl IntoView {
    let data = use_data();
    let locale = use_locale();
    let old = Memo::new(move |_| {
        data.version.track();
        let before = data.now() - OLD_UNSENT_MS;
        data.with(|store| {
            store.outbox().iter().filter(|pending| pending.waits() && pending.entry.happened < before).count() as u64
        })
    });
    move || {
        let count = old.get();
        (count > 0).then(|| {
            let title = move || t::storage::old_unsent(locale.get(), count);
            view! { <Banner tone=BannerTone::Late title testid="notice-old-unsent"/> }
        })
    }
}

#[component]
fn ClockNotice() -> impl IntoView {
    let offset = use_data().trouble.clock_offset;
    let off = Memo::new(move |_| Some(offset.get()).filter(|offset| offset.abs() > CLOCK_OFF_MS));
    let locale = use_locale();
    move || {
        off.get().map(|offset| {
            let minutes = offset.unsigned_abs() / 60_000;
            let title = move || match offset < 0 {
                true => t::sync::clock_off_fast(locale.get(), minutes),
                false => t::sync::clock_off_slow(locale.get(), minutes),
            };
            let explanation = move || t::sync::clock_off_text(locale.get());
            view! { <Banner tone=BannerTone::Due title explanation testid="notice-clock"/> }
        })
    }
}

/// Returns what `boot.js` offers to the page.
fn boot() -> JsValue {
    js::get(&js_sys::global(), "changke")
}

/// Loads the newest build that the server has; without one, or without the service worker, this page again.
pub fn update() {
    spawn(async {
        // With no network there is none to be had.
        drop(js::call_async(&boot(), "checkForUpdate", &[]).await);
        drop(js::call(&boot(), "applyUpdate", &[]));
    });
}

#[component]
fn UpdateNotice() -> impl IntoView {
    let ready = RwSignal::new(js::get(&boot(), "updateReady").is_truthy());
    let announced = Closure::<dyn Fn()>::new(move || {
        ready.try_set(true);
    });
    if let Some(window) = window() {
        // Listening fails for no name.
        drop(window.add_event_listener_with_callback("changke:update", announced.as_ref().unchecked_ref()));
    }
    announced.forget(); // as long as the page
    let (title, explanation) = (text(t::sync::update_available), text(t::sync::update_text));
    let (reload, later) = (text(t::sync::update_reload), text(t::sync::update_later));
    move || {
        ready.get().then(|| {
            view! {
                <Banner tone=BannerTone::Info title explanation testid="notice-update">
                    <Button label=reload testid="update-apply" tone=Tone::Primary on_press=Callback::new(|()| update())/>
                    <Button label=later testid="update-later" on_press=Callback::new(move |()| ready.set(false))/>
                </Banner>
            }
        })
    }
}

#[component]
fn FirstSyncNotice() -> impl IntoView {
    let data = use_data();
    let here = Memo::new(move |_| {
        data.version.track();
        data.with(|store| (!store.whole()).then(|| store.with_base(sync::device::Base::len))).filter(|len| *len > 0)
    });
    let title = text(t::sync::first_sync_title);
    let progress = words(move |locale| {
        t::sync::first_sync_progress(locale, u64::try_from(here.get().unwrap_or_default()).unwrap_or_default())
    });
    let progress = StoredValue::new(progress);
    let shown = Memo::new(move |_| here.with(Option::is_some));
    move || {
        shown.get().then(|| {
            let explanation = move || progress.with_value(|progress| progress());
            view! { <Banner tone=BannerTone::Info title explanation testid="notice-first-sync"/> }
        })
    }
}
