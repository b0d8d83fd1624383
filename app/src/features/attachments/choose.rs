//! Choosing: a photo with the camera, or something that is there.

use leptos::prelude::*;
use web_sys::File;

use super::{
    picked::{PICKED_MOST, Picked, Unfit},
    strip::Thumbnail,
};
use crate::{
    data::use_data,
    i18n::t,
    platform::time::spawn,
    ui::{
        button::IconButton,
        file_button::FileButton,
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
    },
};

/// What may be chosen beside photos.
const ACCEPTED: &str = "image/*,.pdf,.doc,.docx,.xls,.xlsx,.pptx,.txt,.csv";

/// What a form will save with its entry. Copy it into handlers.
#[derive(Clone, Copy)]
pub struct Chosen {
    picked: RwSignal<Vec<Picked>, LocalStorage>,
    unfit: RwSignal<Option<Unfit>>,
    /// Files that are being reduced.
    busy: RwSignal<usize>,
}

impl Chosen {
    /// Nothing is chosen yet.
    pub fn new() -> Self {
        Self { picked: RwSignal::new_local(Vec::new()), unfit: RwSignal::new(None), busy: RwSignal::new(0) }
    }

    /// Returns what was chosen.
    pub fn picked(self) -> Vec<Picked> {
        self.picked.get_untracked()
    }

    /// Takes out what was chosen, to save it at once.
    pub fn take(self) -> Vec<Picked> {
        self.picked.try_update(std::mem::take).unwrap_or_default()
    }

    /// Takes back what could not be saved.
    pub fn put_back(self, picked: Vec<Picked>) {
        self.picked.update(|all| all.splice(0..0, picked).for_each(drop));
    }

    /// Follows whether something is still being made smaller.
    pub fn busy(self) -> Signal<bool> {
        Signal::derive(move || self.busy.get() > 0)
    }
}

impl Default for Chosen {
    fn default() -> Self {
        Self::new()
    }
}

/// Buttons to choose with; `on_done` runs when what was chosen is ready.
#[component]
pub fn ChooseButtons(choice: Chosen, #[prop(optional, into)] on_done: Option<Callback<()>>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let take = move |files: Vec<File>| {
        choice.unfit.set(None);
        choice.busy.update(|busy| *busy += 1);
        spawn(async move {
            for file in files {
                if choice.picked.with_untracked(Vec::len) >= PICKED_MOST {
                    choice.unfit.set(Some(Unfit::TooMany));
                    break;
                }
                match Picked::take(data, &file).await {
                    Ok(picked) => choice.picked.update(|all| all.push(picked)),
                    Err(unfit) => choice.unfit.set(Some(unfit)),
                }
            }
            choice.busy.try_update(|busy| *busy -= 1);
            if let Some(done) = on_done
                && choice.picked.try_with_untracked(|picked| !picked.is_empty()) == Some(true)
            {
                done.run(());
            }
        });
    };
    let busy = text(t::attachments::reducing);
    let unfit = move || choice.unfit.with(|unfit| unfit.as_ref().map(|unfit| unfit.words(locale.get())));
    view! {
        <div class="attach-buttons">
            <FileButton label=text(t::attachments::take_photo) icon=Icon::Camera testid="attach-photo" accept="image/*" camera=true take/>
            <FileButton label=text(t::attachments::choose) icon=Icon::Paperclip testid="attach-file" accept=ACCEPTED multiple=true take/>
        </div>
        <p class="field-hint">{text(t::attachments::limits)}</p>
        <div role="status">
            {move || (choice.busy.get() > 0).then(|| view! { <p class="muted small" data-testid="attach-busy">{busy}</p> })}
        </div>
        <div role="alert" data-testid="error-attachments">
            {move || unfit().map(|words| view! {
                <p class="field-error"><Picture icon=Icon::CircleAlert/><span>{words}</span></p>
            })}
        </div>
    }
}

/// A form's field: what was chosen, each with a way to take it back, and the buttons.
#[component]
pub fn AttachField(choice: Chosen) -> impl IntoView {
    let (title, remove) = (text(t::attachments::title), text(t::attachments::take_back));
    view! {
        <fieldset class="field" data-testid="attach-field">
            <legend class="field-label">{title}<span class="field-optional">{text(t::common::optional)}</span></legend>
            <div class="attachments">
                {move || choice.picked.get().into_iter().map(|Picked { id, name, thumbnail, .. }| {
                    let take_back = move |_| choice.picked.update(|all| all.retain(|picked| picked.id != id));
                    view! {
                        <div class="attachment" data-testid="picked">
                            <Thumbnail name=name.clone() thumbnail/>
                            <span class="attachment-name">{name}</span>
                            <IconButton icon=Icon::X label=remove testid="picked-remove" on_press=Callback::new(take_back)/>
                        </div>
                    }
                }).collect_view()}
            </div>
            <ChooseButtons choice/>
        </fieldset>
    }
}
