//! News that concerns the whole page and waits for an answer.

use leptos::{prelude::*, text_prop::TextProp};

use super::{icon::Icon, picture::Picture};

/// How much a banner presses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BannerTone {
    /// Good to know.
    Info,
    /// Something waits to be sent.
    Wait,
    /// Soon to be seen to.
    Due,
    /// Something is wrong.
    Late,
}

impl BannerTone {
    fn class(self) -> &'static str {
        match self {
            BannerTone::Info => "banner",
            BannerTone::Wait => "banner wait",
            BannerTone::Due => "banner due",
            BannerTone::Late => "banner late",
        }
    }

    fn icon(self) -> Icon {
        match self {
            BannerTone::Info => Icon::Info,
            BannerTone::Wait => Icon::CloudUpload,
            BannerTone::Due => Icon::TriangleAlert,
            BannerTone::Late => Icon::CircleAlert,
        }
    }

    /// What is wrong is read aloud at once, the rest when there is a pause.
    fn role(self) -> &'static str {
        match self {
            BannerTone::Late => "alert",
            _ => "status",
        }
    }
}

/// A banner; `children` are its buttons.
#[component]
pub fn Banner(
    tone: BannerTone,
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] explanation: Option<TextProp>,
    testid: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=tone.class() role=tone.role() data-testid=testid>
            <Picture icon=tone.icon()/>
            <div class="banner-words">
                <p class="banner-title">{move || title.get()}</p>
                {explanation.map(|words| view! { <p class="banner-text">{move || words.get()}</p> })}
            </div>
            {children.map(|children| view! { <div class="button-row">{children()}</div> })}
        </div>
    }
}
