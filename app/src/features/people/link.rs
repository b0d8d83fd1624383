//! The link by which a person sets a password, shown once.

use leptos::prelude::*;

use crate::{
    i18n::t,
    online::people::Link,
    platform::{
        download,
        intl::{self, Style},
        time::spawn,
    },
    ui::{
        button::{Button, Tone},
        dialog::Dialog,
        icon::Icon,
        language::{text, use_locale},
        toast::use_toasts,
    },
};

/// A link with its person's name; none while the dialog is shut.
pub type ShownLink = RwSignal<Option<(String, Link)>>;

/// Shows a link, to be sent on by whatever the two of them use.
#[component]
pub fn LinkDialog(shown: ShownLink, #[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let (locale, toasts) = (use_locale(), use_toasts());
    let open = RwSignal::new(false);
    Effect::new(move || {
        if shown.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move |before: Option<bool>| {
        let open = open.get();
        if before == Some(true) && !open {
            shown.set(None);
            on_close.run(());
        }
        open
    });
    let name = move || shown.with(|shown| shown.as_ref().map(|(name, _)| name.clone()).unwrap_or_default());
    let address = move || shown.with(|shown| shown.as_ref().map(|(_, link)| address(&link.token)).unwrap_or_default());
    let explanation = move || {
        let expires = shown.with(|shown| shown.as_ref().map_or(0, |(_, link)| link.expires));
        t::people::link_text(locale.get(), &name(), &intl::instant(locale.get(), expires, Style::DayOfYear))
    };
    let copied = text(t::people::link_copied);
    let copy = Callback::new(move |()| {
        let address = untrack(address);
        spawn(async move {
            if download::copy(&address).await {
                toasts.show(copied);
            }
        });
    });
    view! {
        <Dialog open title=move || t::people::link_title(locale.get(), &name()) testid="link-dialog">
            <div class="stack">
                <p>{explanation}</p>
                <input
                    class="control"
                    readonly
                    data-testid="link"
                    aria-label=text(t::people::link)
                    prop:value=address
                    on:focus:target=move |event| event.target().select()
                />
                <p class="muted small">{text(t::people::link_once)}</p>
                <div class="button-row end">
                    <Button label=text(t::people::link_copy) testid="link-copy" tone=Tone::Primary icon=Icon::Copy on_press=copy/>
                </div>
            </div>
        </Dialog>
    }
}

/// The token stands behind the `#`: no server and no proxy on the way writes it into its log.
fn address(token: &str) -> String {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
    format!("{origin}/join#{token}")
}
