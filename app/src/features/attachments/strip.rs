//! Attachments in a row, small; a press opens one.

use domain::{customer::CustomerId, kind::RecordKey};
use leptos::prelude::*;
use sync::device::Whereabouts;

use super::{
    Held,
    choose::{ChooseButtons, Chosen},
    picked::adding,
    viewer::Viewer,
};
use crate::{
    data::use_data,
    i18n::t,
    platform::time::spawn,
    ui::{icon::Icon, language::text, picture::Picture, toast::use_toasts},
};

/// The small picture, or the sign of a file with its extension.
#[component]
pub fn Thumbnail(name: String, thumbnail: String) -> impl IntoView {
    if thumbnail.is_empty() {
        let extension = name.rsplit_once('.').map(|(_, end)| end.to_uppercase()).unwrap_or_default();
        view! {
            <span class="attachment-file"><Picture icon=Icon::FileText/><span class="small">{extension}</span></span>
        }
        .into_any()
    } else {
        // The name stands beside it in words.
        view! { <img class="attachment-picture" alt="" src=format!("data:image/jpeg;base64,{thumbnail}")/> }.into_any()
    }
}

/// A stable name of where the bytes are, for tests and styles.
fn state_name(whereabouts: Whereabouts) -> &'static str {
    match whereabouts {
        Whereabouts::Waiting => "waiting",
        Whereabouts::Here => "here",
        Whereabouts::Elsewhere => "elsewhere",
    }
}

/// Attachments in a row.
#[component]
pub fn AttachmentStrip(#[prop(into)] attachments: Signal<Vec<Held>>) -> impl IntoView {
    let opened = RwSignal::new(None::<Held>);
    let waiting = text(t::attachments::waiting);
    let tiles = move || {
        let held = attachments.get();
        (!held.is_empty()).then(|| {
            let tiles = held.into_iter().map(|held| {
                let (name, thumbnail) = (held.attachment.name.clone(), held.attachment.thumbnail.clone());
                let waits = held.whereabouts == Whereabouts::Waiting;
                let contact = Some(held.contact.clone()).filter(|name| !name.is_empty());
                let state = state_name(held.whereabouts);
                view! {
                    <button type="button" class="attachment" data-testid="attachment" data-state=state
                        on:click=move |_| opened.set(Some(held.clone()))>
                        <Thumbnail name=name.clone() thumbnail/>
                        {contact.map(|name| view! { <strong class="attachment-name">{name}</strong> })}
                        <span class="attachment-name">{name}</span>
                        {waits.then(|| view! { <span class="pill wait small">{waiting}</span> })}
                    </button>
                }
            });
            view! { <div class="attachments">{tiles.collect_view()}</div> }
        })
    };
    view! {
        {tiles}
        <Viewer opened attachments/>
    }
}

/// A card with attachments and the buttons that add to them at once.
#[component]
pub fn AttachmentCard(
    #[prop(into)] attachments: Signal<Vec<Held>>,
    /// The customer, and the record that they hang on.
    place: impl Fn() -> Option<(CustomerId, RecordKey)> + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let (data, toasts, choice) = (use_data(), use_toasts(), Chosen::new());
    let (title, empty, saved) =
        (text(t::attachments::title), text(t::attachments::empty_text), text(t::common::saved_on_device));
    let add = Callback::new(move |()| {
        let Some((customer, on)) = place() else { return };
        let picked = choice.take();
        spawn(async move {
            let about = data.customer_name(customer);
            let (actions, originals) = adding(data, Vec::new(), picked.clone(), customer, on);
            match data.enter_with(actions, &about, originals, None).await {
                Ok(()) => toasts.show(saved),
                Err(_) => choice.put_back(picked),
            }
        });
    });
    view! {
        <section class="card padded attachments-card" data-testid="attachments">
            <h2 class="section-title">{title}</h2>
            {move || attachments.with(Vec::is_empty).then(|| view! { <p class="muted small section-empty">{empty}</p> })}
            <AttachmentStrip attachments/>
            <ChooseButtons choice on_done=add/>
        </section>
    }
}
