//! A person's devices: when each was last here, what it had not sent, and the end of its access.

use domain::user::UserId;
use leptos::prelude::*;

use crate::{
    data::use_data,
    features::online_form::{NotDone, OnlineForm},
    i18n::t,
    online::devices::{self, DeviceReport},
    platform::{intl, time::spawn},
    ui::{
        button::{Button, Tone},
        confirm::Confirm,
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
    },
};

/// The devices of a person, for an administrator and for that person.
#[component]
pub fn Devices(user: UserId) -> impl IntoView {
    let found: RwSignal<Option<Vec<DeviceReport>>> = RwSignal::new(None);
    let form = OnlineForm::default();
    let look = Callback::new(move |()| {
        spawn(async move {
            if let Ok(all) = devices::devices().await {
                found.try_set(Some(all.into_iter().filter(|device| device.user == user.uuid()).collect()));
            }
        });
    });
    look.run(());
    let asked: RwSignal<Option<uuid::Uuid>> = RwSignal::new(None);
    let asking = RwSignal::new(false);
    let revoke = Callback::new(move |()| {
        let Some(device) = asked.get_untracked() else { return };
        form.ask(move || devices::revoke(user, device), move |()| look.run(()));
    });
    view! {
        <section class="card" data-testid="devices">
            <h2 class="card-head">{text(t::people::devices)}</h2>
            <NotDone form/>
            {move || match found.get() {
                None => view! { <p class="card-note muted small">{text(t::people::devices_offline)}</p> }.into_any(),
                Some(list) if list.is_empty() => {
                    view! { <p class="card-note muted small" data-testid="devices-none">{text(t::people::devices_none)}</p> }.into_any()
                }
                Some(list) => list
                    .into_iter()
                    .map(|device| {
                        let id = device.device;
                        let ask = Callback::new(move |()| {
                            asked.set(Some(id));
                            asking.set(true);
                        });
                        view! { <DeviceRow device ask/> }
                    })
                    .collect_view()
                    .into_any(),
            }}
            <Confirm
                open=asking
                title=text(t::people::device_revoke_title)
                question=text(t::people::device_revoke_question)
                yes=text(t::people::device_revoke)
                on_yes=revoke
            />
        </section>
    }
}

#[component]
fn DeviceRow(device: DeviceReport, ask: Callback<()>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let DeviceReport { label, last_contact, unsent, revoked, cleared, here, .. } = device;
    let mobile = ["iPhone", "iPad", "Android"].iter().any(|name| label.contains(name));
    let icon = if mobile { Icon::Smartphone } else { Icon::Monitor };
    let unknown = text(t::people::device_unknown);
    let name = if label.is_empty() { unknown().to_owned() } else { label };
    let contact =
        move || t::people::device_contact(locale.get(), &intl::moment(locale.get(), last_contact, data.now()));
    let (sent, wait) = (unsent == 0, if unsent == 0 { "pill ok small" } else { "pill wait small" });
    let unsent = move || match sent {
        true => t::people::device_all_sent(locale.get()).to_owned(),
        false => t::people::device_unsent(locale.get(), unsent),
    };
    let ended = match (revoked, cleared) {
        (_, Some(_)) => Some(text(t::people::device_cleared)),
        (Some(_), None) => Some(text(t::people::device_revoked)),
        (None, None) => None,
    };
    view! {
        <div class="row" data-testid="device">
            <Picture icon/>
            <div class="row-main">
                <div class="row-title">
                    <span class="one-line">{name}</span>
                    {here.then(|| view! { <span class="pill small">{text(t::people::device_here)}</span> })}
                </div>
                <div class="row-sub">{contact}</div>
                <div class="pills">
                    <span class=wait data-testid="device-unsent">{unsent}</span>
                    {ended.map(|words| view! { <span class="pill late small" data-testid="device-ended">{words}</span> })}
                </div>
            </div>
            {(revoked.is_none() && cleared.is_none()).then(|| {
                view! { <Button label=text(t::people::device_revoke) testid="device-revoke" tone=Tone::Quiet on_press=ask/> }
            })}
        </div>
    }
}
