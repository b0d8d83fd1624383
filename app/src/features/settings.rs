//! What a person chooses for this browser.

use leptos::prelude::*;

use crate::{
    i18n::{Locale, t},
    layout::page::PageHeader,
    ui::{
        language::{text, use_locale, use_set_locale, words},
        segmented::{Segment, Segmented},
        theme::{Theme, use_theme},
    },
};

/// The settings page.
#[component]
pub fn SettingsPage() -> impl IntoView {
    view! {
        <div class="page">
            <PageHeader title=text(t::settings::title)/>
            <div class="page-body">
                <div class="column">
                    <section class="card settings-card">
                        <h2>{text(t::settings::appearance)}</h2>
                        <LanguageChoice/>
                        <ThemeChoice/>
                    </section>
                    <p class="muted small">
                        {words(|locale| t::settings::version(locale, env!("CARGO_PKG_VERSION")))} " · "
                        {text(t::settings::licence)}
                    </p>
                </div>
            </div>
        </div>
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
