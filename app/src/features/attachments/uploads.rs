//! In the outbox: originals whose entries are sent, and which follow.

use domain::attachment::Attachment;
use leptos::prelude::*;
use sync::device::Whereabouts;

use super::{Held, strip::AttachmentStrip};
use crate::{
    data::{Data, Store, live},
    i18n::t,
    ui::language::text,
};

async fn waiting(data: Data) -> Vec<Held> {
    let mut held = Vec::new();
    for id in data.with(Store::uploads) {
        // One that has left sight is sent all the same, and has no picture here.
        let attachment = data.get::<Attachment>(id).await;
        held.extend(attachment.map(|attachment| Held::new(data, attachment, Whereabouts::Waiting)));
    }
    held
}

/// The originals that wait; nothing where none does.
#[component]
pub fn Uploads(#[prop(into)] count: Signal<u32>) -> impl IntoView {
    let data = crate::data::use_data();
    let loaded = live(move || waiting(data));
    let attachments = Signal::derive(move || loaded.get().unwrap_or_default());
    let (title, explanation) = (text(t::attachments::uploads), text(t::attachments::uploads_text));
    view! {
        <Show when=move || { count.get() > 0 }>
            <section class="card padded attachments-card" data-testid="outbox-uploads">
                <h2 class="section-title">{title} " " <span class="figures">{count}</span></h2>
                <p class="muted small">{explanation}</p>
                <AttachmentStrip attachments/>
            </section>
        </Show>
    }
}
