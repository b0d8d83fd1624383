//! After a call or a message that began here: the offer to write it down.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    data::reached::use_reached,
    i18n::t,
    ui::{
        banner::{Banner, BannerTone},
        button::{Button, ButtonLink, Tone},
        icon::Icon,
        language::{text, use_locale},
    },
};

/// The offer, above every page but the form that it leads to.
#[component]
pub fn ReachedNotice() -> impl IntoView {
    let (reached, locale, path) = (use_reached(), use_locale(), use_location().pathname);
    let (record, no) = (text(t::reach::offer_record), text(t::reach::offer_no));
    let forget = Callback::new(move |()| reached.forget());
    let writing = Memo::new(move |_| path.with(|path| path.ends_with("/record")));
    // What changes while somebody comes back must not move the buttons from below the finger.
    let with = Memo::new(move |_| reached.get().map(|reached| (reached.customer, reached.name)));
    move || {
        let (customer, name) = with.get().filter(|_| !writing.get())?;
        let title = move || t::reach::offer(locale.get(), &name);
        Some(view! {
            <Banner tone=BannerTone::Info title testid="notice-reached">
                <ButtonLink href=format!("/customers/{customer}/record") label=record testid="reached-record" tone=Tone::Primary icon=Icon::NotebookPen/>
                <Button label=no testid="reached-no" tone=Tone::Quiet on_press=forget/>
            </Banner>
        })
    }
}
