//! One attachment, large.

use domain::attachment::{Attachment, AttachmentBin, Media};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use sync::device::Whereabouts;
use web_sys::{Blob, BlobPropertyBag, Url};

use super::Held;
use crate::{
    data::{Data, blobs::Missing, use_data},
    i18n::{Locale, t},
    platform::{download, intl, time::spawn},
    ui::{
        button::{Button, Tone},
        dialog::Dialog,
        icon::Icon,
        language::{text, use_locale},
        toast::use_toasts,
    },
};

/// What the viewer shows.
#[derive(Clone)]
enum Large {
    Loading,
    Picture {
        url: String,
    },
    /// No picture: it can be saved.
    File,
    Missing(Missing),
}

/// The address of some bytes in this page, until it is given back.
fn url_of(bytes: &[u8], media_type: &str) -> Option<String> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(&Uint8Array::from(bytes)), &options).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

async fn load(data: Data, attachment: &Attachment) -> Large {
    match data.original(attachment).await {
        Err(missing) => Large::Missing(missing),
        Ok(bytes) => match Media::picture_of(&bytes).and_then(|media| url_of(&bytes, media.media_type)) {
            Some(url) => Large::Picture { url },
            None => Large::File,
        },
    }
}

/// Gives back the address of a picture.
fn give_back(large: &Large) {
    if let Large::Picture { url } = large {
        // An address that is not known any more is none.
        drop(Url::revoke_object_url(url));
    }
}

/// Shows what was opened.
#[component]
pub fn Viewer(
    opened: RwSignal<Option<Held>>,
    /// Among which it is, as they are by now.
    attachments: Signal<Vec<Held>>,
) -> impl IntoView {
    let (data, locale, toasts) = (use_data(), use_locale(), use_toasts());
    let (open, large) = (RwSignal::new(false), RwSignal::new(Large::Loading));
    Effect::new(move || {
        let Some(held) = opened.get() else { return };
        large.set(Large::Loading);
        open.set(true);
        spawn(async move {
            let loaded = load(data, &held.attachment).await;
            if open.try_get_untracked() == Some(true) {
                large.set(loaded);
            } else {
                give_back(&loaded);
            }
        });
    });
    Effect::new(move |was_open: Option<bool>| {
        let open = open.get();
        if was_open == Some(true) && !open {
            large.update(|large| {
                give_back(large);
                *large = Large::Loading;
            });
            opened.set(None);
        }
        open
    });
    let title = move || opened.with(|held| held.as_ref().map(|held| held.attachment.name.clone()).unwrap_or_default());
    let (removed, undone) = (text(t::attachments::removed), text(t::common::undone));
    let remove = Callback::new(move |()| {
        let Some(Held { attachment, .. }) = opened.get_untracked() else { return };
        open.set(false);
        let bin = move |binned| AttachmentBin { id: attachment.id, binned };
        spawn(async move {
            if data.enter(bin(true), &attachment.name).await.is_err() {
                return;
            }
            let name = attachment.name.clone();
            let undo = Callback::new(move |()| {
                let name = name.clone();
                spawn(async move {
                    if data.enter(bin(false), &name).await.is_ok() {
                        toasts.show(undone);
                    }
                });
            });
            toasts.show_with_undo(removed, undo);
        });
    });
    let save = Callback::new(move |()| {
        let Some(Held { attachment, .. }) = opened.get_untracked() else { return };
        spawn(async move {
            match data.original(&attachment).await {
                Ok(bytes) => download::save_bytes(&attachment.name, &attachment.media_type, &bytes),
                Err(missing) => drop(large.try_set(Large::Missing(missing))),
            }
        });
    });
    view! {
        <Dialog open title testid="attachment-viewer">
            {move || opened.get().map(|held| view! { <LargePicture held large/> })}
            {move || opened.get().map(|held| view! {
                <p class="muted small" data-testid="attachment-facts">
                    {move || {
                        let id = held.attachment.id;
                        let now = attachments.with(|all| all.iter().find(|held| held.attachment.id == id).cloned());
                        facts(locale.get(), data, now.as_ref().unwrap_or(&held))
                    }}
                </p>
            })}
            <div class="attach-buttons">
                <Button label=text(t::attachments::save_copy) testid="attachment-save" icon=Icon::Download on_press=save/>
                <Button label=text(t::attachments::remove) testid="attachment-remove" tone=Tone::Danger icon=Icon::Trash on_press=remove/>
            </div>
        </Dialog>
    }
}

/// Who added it and when, how large it is, and where.
fn facts(locale: Locale, data: Data, held: &Held) -> String {
    let attachment = &held.attachment;
    let when = intl::moment(locale, attachment.added_at, data.now());
    let state = match held.whereabouts {
        Whereabouts::Waiting => t::attachments::state_waiting(locale),
        Whereabouts::Here => t::attachments::state_here(locale),
        Whereabouts::Elsewhere => t::attachments::state_elsewhere(locale),
    };
    let kilobytes = u64::from(attachment.bytes.div_ceil(1024));
    let added = t::attachments::added_by(locale, &data.user_name(attachment.author), &when);
    [added, t::attachments::kilobytes(locale, kilobytes), state.to_owned()].join(" · ")
}

#[component]
fn LargePicture(held: Held, large: RwSignal<Large>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let attachment = held.attachment;
    let small = format!("data:image/jpeg;base64,{}", attachment.thumbnail);
    let is_photo = !attachment.thumbnail.is_empty();
    move || {
        match large.get() {
        Large::Picture { url } => {
            view! { <img class="attachment-large" alt=attachment.name.clone() src=url data-testid="attachment-original"/> }
                .into_any()
        }
        Large::Missing(missing) => {
            let words = match missing {
                Missing::Offline => t::attachments::missing_offline(locale.get()).to_owned(),
                Missing::NotArrived => {
                    t::attachments::missing_not_arrived(locale.get(), &data.user_name(attachment.author))
                }
                Missing::Gone => t::attachments::missing_gone(locale.get()).to_owned(),
            };
            view! {
                {is_photo.then(|| view! { <img class="attachment-large" alt=attachment.name.clone() src=small.clone()/> })}
                <p role="status" data-testid="attachment-missing">{words}</p>
            }
            .into_any()
        }
        Large::Loading if is_photo => {
            view! { <img class="attachment-large loading" alt=attachment.name.clone() src=small.clone()/> }.into_any()
        }
        Large::Loading | Large::File => ().into_any(),
    }
    }
}
